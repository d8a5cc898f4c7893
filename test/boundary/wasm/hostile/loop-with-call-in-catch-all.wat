;; The same with a call in the loop, so that the check is in place, and with a handler in every frame.
(module
  (func $f (try (do (call $g)) (catch_all)))
  (func $g (nop))
  (func (export "run")
    (loop $again
      (try (do (loop $l (call $f) (br $l))) (catch_all))
      (br $again))))
