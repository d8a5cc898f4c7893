;; catch_all around an infinite loop, in an infinite loop: what stops it must not be catchable.
(module
  (func (export "run")
    (loop $again
      (try (do (loop $l (br $l))) (catch_all))
      (br $again))))
