;; What makes it hard to carry the fuel as a parameter and a result. The private functions are called directly only.
(module
  (type $unary (func (param i32) (result i32)))
  (tag $t (param i32))
  (table (export "table") 3 funcref)
  (elem (i32.const 0) $shared $constant $nobody-calls)
  (global (export "reference") funcref (ref.func $shared))

  ;; Branches to the function's own label: with a value, through a table; and locals of four types.
  (func $own-label (param $n i32) (result i32) (local $first f64) (local $second i32) (local $third f32) (local $fourth i64)
    (local.set $first (f64.const 2.5))
    (local.set $second (i32.const 3))
    (local.set $third (f32.const 0.5))
    (local.set $fourth (i64.const 7))
    (drop (br_if 0 (i32.const 100) (i32.eq (local.get $n) (i32.const 1))))
    (if (i32.eq (local.get $n) (i32.const 2)) (then (return (i32.const 200))))
    (drop (block $b (result i32) (br_table $b 1 $b (i32.const 300) (i32.eq (local.get $n) (i32.const 3)))))
    (loop $l
      (local.set $first (f64.add (local.get $first) (local.tee $first (f64.const 1))))
      (local.set $second (i32.sub (local.get $second) (i32.const 1)))
      (br_if $l (local.get $second)))
    (i32.add
      (i32.add (i32.trunc_f64_s (local.get $first)) (i32.wrap_i64 (local.get $fourth)))
      (i32.trunc_f32_s (f32.mul (local.get $third) (f32.const 8)))))
  (func (export "own-label") (param i32) (result i32) (call $own-label (local.get 0)))

  ;; No result, and a branch to the own label.
  (global $seen (mut i32) (i32.const 0))
  (func $nothing (param $n i32) (br_if 0 (local.get $n)) (global.set $seen (i32.const 1)) (br 0) (global.set $seen (i32.const 2)))
  (func (export "nothing") (param i32) (result i32) (call $nothing (local.get 0)) (global.get $seen))

  ;; Several results.
  (func $pair (param $n i32) (result i32 i64 f64)
    (br_if 0 (i32.const 1) (i64.const 2) (f64.const 3) (local.get $n))
    (drop) (drop) (i64.const 4) (f64.const 5))
  (func (export "pair") (param i32) (result i32)
    (call $pair (local.get 0)) (i32.trunc_f64_s) (local.set 0) (i32.wrap_i64) (i32.add) (i32.add (local.get 0)))

  ;; Exported, in a table and in a global, and called directly: there is one identity, and it counts.
  (func $shared (export "shared") (param $n i32) (result i32) (local $m i32)
    (if (i32.le_s (local.get $n) (i32.const 1)) (then (return (i32.const 1))))
    (local.set $m (call $shared (i32.sub (local.get $n) (i32.const 1))))
    (i32.add (local.get $m) (call_indirect (type $unary) (i32.sub (local.get $n) (i32.const 2)) (i32.const 0))))
  (func $constant (export "constant") (param $n i32) (result i32) (i32.mul (local.get $n) (i32.const 3)))
  (func $nobody-calls (param $n i32) (result i32) (i32.mul (local.get $n) (i32.const 5)))
  (func (export "all") (param $n i32) (result i32)
    (call_indirect (type $unary)
      (call $constant (call_indirect (type $unary) (call $constant (local.get $n)) (i32.const 1)))
      (i32.const 2)))

  ;; An exception passes through functions that carry the fuel, from any depth, and is caught by one that does.
  (func $thrower (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (throw $t (i32.const 9))))
    (i32.add (call $thrower (i32.sub (local.get $n) (i32.const 1))) (call $constant (local.get $n))))
  (func $catcher (param $n i32) (result i32) (local $unused i64) (local $got i32)
    (try (do (local.set $got (call $thrower (local.get $n))))
      (catch $t (local.set $got) (local.set $unused (i64.const 1)))
      (catch_all (unreachable)))
    (i32.add (local.get $got) (call $constant (i32.wrap_i64 (local.get $unused)))))
  (func (export "catch") (param i32) (result i32)
    (i32.add (call $catcher (local.get 0)) (call $catcher (i32.const 2))))

  ;; delegate to the own label, of a function that has a branch to it.
  (func $delegates (param $n i32) (result i32)
    (br_if 0 (i32.const 4) (local.get $n)) (drop)
    (try (result i32) (do (call $thrower (local.get $n))) (delegate 0)))
  (func (export "delegate") (param i32) (result i32)
    (try (result i32) (do (call $delegates (local.get 0))) (catch $t)))

  ;; The price of a first call goes up a chain, and must not go round in a circle.
  (func $ping (param $n i32) (result i32) (call $pong (local.get $n)))
  (func $pong (param $n i32) (result i32) (call $pang (local.get $n)))
  (func $pang (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (call $ping (i32.sub (local.get $n) (i32.const 1))))
      (else (i32.const 42))))
  (func $round (param $n i32) (result i32) (call $about (local.get $n)))
  (func $about (param $n i32) (result i32) (call $round (local.get $n)))
  (func (export "chain") (param i32) (result i32) (call $ping (local.get 0)))
  (func (export "circle") (param i32) (result i32) (call $round (local.get 0)))

  ;; Dead code after everything.
  (func $dead (param $n i32) (result i32) (local $m i32)
    (return (local.get $n))
    (br_if 0 (call $dead (local.get $m)) (local.get $m))
    (drop) (unreachable) (call $dead) (br 0))
  (func (export "dead") (param i32) (result i32) (call $dead (local.get 0))))
