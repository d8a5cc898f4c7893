;; Control flow of every kind, for fuel.test.ts: results must be those of the raw module, and fuel that of the oracle.
(module
  (tag $t (param i32))
  (memory (export "memory") 1 20)
  (global $count (mut i32) (i32.const 0))
  (table 8 funcref)
  (elem (i32.const 0) $even $odd)
  (data $text "abcdefgh")

  ;; two call-free loops, one in the other
  (func (export "nested") (param $rows i32) (param $columns i32) (result i32) (local $i i32) (local $sum i32)
    (loop $outer
      (local.set $i (local.get $columns))
      (loop $inner
        (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $i) (local.get $rows))))
        (br_if $inner (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (br_if $outer (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (local.get $sum))

  (func $recursive (export "recursive") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add (call $recursive (i32.sub (local.get $n) (i32.const 1)))
                     (call $recursive (i32.sub (local.get $n) (i32.const 2)))))))

  (func (export "switch") (param $n i32) (result i32)
    (block $default (block $two (block $one (block $zero
      (br_table $zero $one $two $default (local.get $n)))
      (return (i32.const 100)))
      (global.set $count (i32.add (global.get $count) (i32.const 1))))
      (return (i32.add (global.get $count) (i32.const 200))))
    (i32.const 300))

  (func (export "loop-with-parameter") (param $n i32) (result i32)
    (i32.const 1)
    (loop $again (param i32) (result i32)
      (i32.mul (local.get $n))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (i32.gt_s (local.get $n) (i32.const 0)))))

  ;; branches from inner call-free loops to the outer loop, out of it, and out of the function
  (func (export "branch-out-of-loops") (param $n i32) (result i32) (local $i i32)
    (block $done (result i32)
      (loop $outer
        (local.set $i (i32.const 0))
        (loop $inner
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $done (i32.const 77) (i32.gt_u (local.get $i) (i32.const 1000)))
          (drop)
          (br_if $inner (i32.lt_u (local.get $i) (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br_if $outer (i32.gt_u (local.get $n) (i32.const 2)))
          (if (i32.eq (local.get $n) (i32.const 2)) (then (return (local.get $i)))))
        (br_table $outer $outer (local.get $n)))
      (unreachable)))

  (func $fails (param $n i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (if (i32.lt_u (global.get $count) (local.get $n)) (then (throw $t (global.get $count)))))

  (func (export "retry") (param $n i32) (result i32) (local $last i32)
    (global.set $count (i32.const 0))
    (loop $again
      (try (do (call $fails (local.get $n)))
        (catch $t (local.set $last) (br $again))))
    (local.get $last))

  ;; rethrow from inside a call-free loop, whose labels the rewriter adds to
  (func (export "rethrow-from-loop") (param $n i32) (result i32) (local $i i32)
    (try $outer (result i32)
      (do
        (try $inner (result i32)
          (do (throw $t (local.get $n)))
          (catch $t
            (local.set $i)
            (loop $spin
              (if (i32.eqz (local.get $i)) (then (rethrow $inner)))
              (local.set $i (i32.sub (local.get $i) (i32.const 1)))
              (br $spin))
            (i32.const 1))))
      (catch $t (i32.add (i32.const 40)))))

  (func (export "delegate-from-loop") (param $n i32) (result i32) (local $i i32)
    (try $outer (result i32)
      (do
        (loop $spin (result i32)
          (try
            (do
              (if (i32.eq (local.get $i) (local.get $n)) (then (throw $t (local.get $i))))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br $spin))
            (delegate $outer))
          (i32.const 1)))
      (catch $t (i32.mul (i32.const 3)))))

  (func (export "bulk") (param $n i32) (result i32)
    (memory.fill (i32.const 0) (i32.const 7) (local.get $n))
    (memory.copy (i32.const 500) (i32.const 0) (local.get $n))
    (memory.init $text (i32.const 10) (i32.const 2) (i32.const 4))
    (drop (memory.grow (i32.const 2)))
    (i32.add (memory.size) (i32.load (i32.const 510))))

  (func $even (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (call_indirect (param i32) (result i32) (i32.sub (local.get $n) (i32.const 1)) (i32.const 1)))
      (else (i32.const 1))))
  (func $odd (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (call_indirect (param i32) (result i32) (i32.sub (local.get $n) (i32.const 1)) (i32.const 0)))
      (else (i32.const 0))))
  (func (export "mutual") (param $n i32) (result i32) (call $even (local.get $n)))

  (func $pair (param $n i32) (result i32 i64)
    (i32.add (local.get $n) (i32.const 1))
    (i64.extend_i32_u (local.get $n)))
  (func (export "multi-value") (param $n i32) (result i64)
    (call $pair (local.get $n))
    (block $b (param i32 i64) (result i64)
      (i64.add (i64.const 5))
      (local.get $n)
      (br_if $b)
      (i64.mul (i64.const 3))
      (i64.mul (i64.extend_i32_u (i32.const 1)))
      (br $b))
    (return)))
