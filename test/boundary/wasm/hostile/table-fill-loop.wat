(module (table 100000 externref)
  (func (export "run") (loop $l (table.fill 0 (i32.const 0) (ref.null extern) (i32.const 100000)) (br $l))))
