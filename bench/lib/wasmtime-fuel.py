# Runs the kernels in wasmtime with and without its fuel, in turn; prints its version and the ratios of the fastest runs.
import importlib.metadata
import json
import sys
import time

import wasmtime


def start(fuel):
    config = wasmtime.Config()
    config.consume_fuel = fuel
    store = wasmtime.Store(wasmtime.Engine(config))
    if fuel:
        store.set_fuel(1 << 62)
    module = wasmtime.Module.from_file(store.engine, sys.argv[1])
    exports = wasmtime.Instance(store, module, []).exports(store)
    return lambda name, size: exports[name](store, size)


raw, fueled = start(False), start(True)
ratios = []
for name, size in json.loads(sys.argv[2]).items():
    best = [float("inf"), float("inf")]
    for _ in range(30):
        for i, run in enumerate((raw, fueled)):
            begin = time.process_time()
            run(name, size)
            best[i] = min(best[i], time.process_time() - begin)
    ratios.append(best[1] / best[0])
print(json.dumps({"version": importlib.metadata.version("wasmtime"), "ratios": ratios}))
