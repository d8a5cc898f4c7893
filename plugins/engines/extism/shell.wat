;; The component that an Extism plug-in runs in. Most core modules are empty here: the build (scripts/extism-shell.mjs) puts `kernel`, `host` and
;; `wasi` in, and host/src/plugins/extism/wrap.ts for each plug-in `settings`, `trampolines`, `plugin`, `wasi-table` and `entry`.
;; What the plug-in can reach is written here and nowhere else: the functions in $env, and through the trampolines those of `wasi`.
(component
  (import "crucible:plugin/types@0.1.0" (instance $types
    (type $error' (variant
      (case "denied" string) (case "not-found" string) (case "invalid-arguments" string) (case "conflict" string)
      (case "rate-limited" string) (case "transfer-limit" string) (case "timeout" string) (case "unavailable" string)))
    (export $error "error" (type (eq $error')))
    (type $code' (enum
      "fuel-exhausted" "deadline" "cancelled" "memory-limit" "stack-limit" "transfer-limit" "denied" "rate-limited"
      "invalid-module" "invalid-manifest" "invalid-arguments" "compile-error" "guest-error" "trap" "not-found" "conflict"
      "timeout" "unavailable" "busy"))
    (export $code "error-code" (type (eq $code')))
    (type $position' (record (field "file" string) (field "line" u32) (field "column" u32)))
    (export $position "position" (type (eq $position')))
    (type $frame' (record (field "name" string) (field "position" (option $position))))
    (export $frame "frame" (type (eq $frame')))
    (type $failure' (record
      (field "code" $code) (field "message" string) (field "position" (option $position)) (field "stack" (list $frame))))
    (export $failure "failure" (type (eq $failure')))))
  (alias export $types "error" (type $error))
  (alias export $types "failure" (type $failure))

  (import "crucible:plugin/log@0.1.0" (instance $log
    (type $level' (enum "debug" "info" "warn" "error"))
    (export $level "level" (type (eq $level')))
    (export "write" (func (param "level" $level) (param "message" string)))))
  (import "crucible:plugin/clock@0.1.0" (instance $clock
    (alias outer 1 $error (type $error'))
    (export $error "error" (type (eq $error')))
    (export "now-ms" (func (result (result u64 (error $error)))))
    (export "monotonic-ns" (func (result (result u64 (error $error)))))))
  (import "crucible:plugin/random@0.1.0" (instance $random
    (alias outer 1 $error (type $error'))
    (export $error "error" (type (eq $error')))
    (export "next-u64" (func (result (result u64 (error $error)))))))

  ;; Ends the plug-in's work from inside of it; `entry` catches that.
  (core module $exit
    (tag $exit (export "exit"))
    (func (export "raise") (throw $exit)))
  (core instance $exit (instantiate $exit))

  (core module $kernel)
  (core instance $kernel (instantiate $kernel (with "exit" (instance $exit))))
  (alias core export $kernel "memory" (core memory $memory))
  (alias core export $kernel "cabi_realloc" (core func $realloc))

  ;; Tools and configuration, copied into the kernel by its start function.
  (core module $settings)
  (core instance (instantiate $settings (with "kernel" (instance $kernel))))

  (core func $write (canon lower (func $log "write") (memory $memory)))
  (core func $now-ms (canon lower (func $clock "now-ms") (memory $memory) (realloc $realloc)))
  (core func $monotonic-ns (canon lower (func $clock "monotonic-ns") (memory $memory) (realloc $realloc)))
  (core func $next-u64 (canon lower (func $random "next-u64") (memory $memory) (realloc $realloc)))
  (core instance $log-functions (export "write" (func $write)))
  (core instance $clock-functions (export "now-ms" (func $now-ms)) (export "monotonic-ns" (func $monotonic-ns)))
  (core instance $random-functions (export "next-u64" (func $next-u64)))
  (core instance $kernel-memory (export "memory" (memory $memory)))
  (core module $host)
  (core instance $host (instantiate $host
    (with "env" (instance $kernel-memory))
    (with "kernel" (instance $kernel))
    (with "crucible:plugin/log@0.1.0" (instance $log-functions))
    (with "crucible:plugin/clock@0.1.0" (instance $clock-functions))
    (with "crucible:plugin/random@0.1.0" (instance $random-functions))))

  ;; The plug-in's imports of WASI, before there is its memory: calls through a table.
  (core module $trampolines)
  (core instance $trampolines (instantiate $trampolines))

  ;; extism:host/env, as the plug-in sees it.
  (core instance $env
    (export "alloc" (func $kernel "alloc"))
    (export "free" (func $kernel "free"))
    (export "length" (func $kernel "length"))
    (export "length_unsafe" (func $kernel "length_unsafe"))
    (export "load_u8" (func $kernel "load_u8"))
    (export "load_u64" (func $kernel "load_u64"))
    (export "store_u8" (func $kernel "store_u8"))
    (export "store_u64" (func $kernel "store_u64"))
    (export "memory_bytes" (func $kernel "memory_bytes"))
    (export "input_offset" (func $kernel "input_offset"))
    (export "input_length" (func $kernel "input_length"))
    (export "input_load_u8" (func $kernel "input_load_u8"))
    (export "input_load_u64" (func $kernel "input_load_u64"))
    (export "output_set" (func $kernel "output_set"))
    (export "output_offset" (func $kernel "output_offset"))
    (export "output_length" (func $kernel "output_length"))
    (export "error_set" (func $kernel "error_set"))
    (export "error_get" (func $kernel "error_get"))
    (export "var_get" (func $kernel "var_get"))
    (export "var_set" (func $kernel "var_set"))
    (export "config_get" (func $kernel "config_get"))
    (export "http_request" (func $host "http_request"))
    (export "http_status_code" (func $host "http_status_code"))
    (export "http_headers" (func $host "http_headers"))
    (export "log_trace" (func $host "log_trace"))
    (export "log_debug" (func $host "log_debug"))
    (export "log_info" (func $host "log_info"))
    (export "log_warn" (func $host "log_warn"))
    (export "log_error" (func $host "log_error"))
    (export "get_log_level" (func $host "get_log_level")))
  (core module $plugin)
  (core instance $plugin (instantiate $plugin
    (with "extism:host/env" (instance $env))
    (with "wasi_snapshot_preview1" (instance $trampolines))))

  (core module $wasi)
  (core module $wasi-table)
  (core module $entry
    (func (export "call") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $wasi (instantiate $wasi
    (with "env" (instance $plugin))
    (with "host" (instance $host))
    (with "kernel" (instance $kernel))))
  (core instance (instantiate $wasi-table (with "trampolines" (instance $trampolines)) (with "wasi" (instance $wasi))))
  (core instance $entry (instantiate $entry
    (with "exit" (instance $exit))
    (with "kernel" (instance $kernel))
    (with "host" (instance $host))
    (with "plugin" (instance $plugin))))

  (type $tool (record
    (field "name" string) (field "description" string) (field "parameters" string) (field "returns" (option string))))
  (func $tools (result (list $tool)) (canon lift (core func $kernel "tools") (memory $memory)))
  (func $call (param "name" string) (param "args" string) (result (result string (error $failure)))
    (canon lift (core func $entry "call") (memory $memory) (realloc $realloc)))
  (instance $guest (export "tool" (type $tool)) (export "tools" (func $tools)) (export "call" (func $call)))
  (export "crucible:plugin/guest@0.1.0" (instance $guest)))
