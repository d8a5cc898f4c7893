;; Every frame catches all and recurses again: 2^depth calls.
(module
  (func $f (export "run") (param $n i32)
    (if (local.get $n) (then
      (try (do (call $f (i32.sub (local.get $n) (i32.const 1)))) (catch_all))
      (call $f (i32.sub (local.get $n) (i32.const 1)))))))
