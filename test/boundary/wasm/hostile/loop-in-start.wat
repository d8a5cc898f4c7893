;; An infinite loop in the start function.
(module (func $s (loop $l (br $l))) (start $s))
