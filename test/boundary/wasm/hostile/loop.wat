;; An infinite loop of two instructions' cost.
(module (func (export "run") (loop $l (br $l))))
