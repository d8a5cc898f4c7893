(module (import "env" "f" (func $f)) (func (export "run") (loop $l (call $f) (br $l))))
