;; Grows for ever, whatever the answer.
(module (memory 1) (func (export "run") (loop $l (drop (memory.grow (i32.const 1))) (br $l))))
