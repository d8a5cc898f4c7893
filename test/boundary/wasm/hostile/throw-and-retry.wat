;; Catch and retry for ever.
(module
  (tag $t)
  (func $thrower (throw $t))
  (func (export "run") (loop $again (try (do (call $thrower)) (catch $t)) (br $again))))
