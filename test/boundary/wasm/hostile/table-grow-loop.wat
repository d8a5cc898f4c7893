(module (table 1 externref) (func (export "run") (loop $l (drop (table.grow 0 (ref.null extern) (i32.const 100))) (br $l))))
