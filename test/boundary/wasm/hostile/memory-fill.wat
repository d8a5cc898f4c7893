;; One instruction, 100 MB; it is paid for before it writes.
(module (memory (export "memory") 1600)
  (func (export "run") (memory.fill (i32.const 0) (i32.const 255) (i32.const 104857600))))
