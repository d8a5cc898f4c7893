;; A loop whose only back edge goes through a handler, and which throws by delegate and rethrow.
(module
  (tag $t)
  (func (export "run")
    (loop $again
      (try $outer
        (do (try (do (try (do (throw $t)) (catch $t (rethrow 0)))) (delegate $outer)))
        (catch_all (br $again))))))
