(module (memory 1600)
  (func (export "run") (loop $l (memory.fill (i32.const 0) (i32.const 255) (i32.const 104857600)) (br $l))))
