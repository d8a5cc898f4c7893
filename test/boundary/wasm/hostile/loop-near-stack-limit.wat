;; Spins at a chosen depth, and catches what the host's refill would throw if there is no stack left for it.
(module
  (func (export "run") (param $n i32) (call $deep (local.get $n)))
  (func $deep (param $n i32)
    (if (local.get $n)
      (then (call $deep (i32.sub (local.get $n) (i32.const 1))))
      (else (call $spin))))
  (func $spin (loop $l (try (do (loop $x (br $x))) (catch_all)) (br $l))))
