;; Recursion through a table.
(module
  (table funcref (elem $f))
  (func $f (export "run") (call_indirect (i32.const 0))))
