;; Control flow of every shape, so that gas is taken on every edge. The first byte of the message says which shape; the four
;; behind it are a number that steers it.
(module
  ;; <prelude>
  (func $allocate (export "allocate") (param $size i32) (result i32) (call $fresh (local.get $size)))
  (func (export "deallocate") (param i32))
  (type $shape (func (param i32) (result i32)))

  (func $straight (param $n i32) (result i32) (i32.add (local.get $n) (i32.const 1)))
  (func $choice (param $n i32) (result i32)
    (if (result i32) (i32.and (local.get $n) (i32.const 1))
      (then (i32.const 10))
      (else (i32.mul (local.get $n) (i32.const 3)))))
  (func $choice_without_else (param $n i32) (result i32)
    (if (i32.and (local.get $n) (i32.const 1)) (then (local.set $n (i32.const 77)) (nop) (nop)))
    (local.get $n))
  (func $count (param $n i32) (result i32)
    (local $sum i32)
    (local.set $n (i32.and (local.get $n) (i32.const 1023)))
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $sum))
  (func $table (param $n i32) (result i32)
    (block $c (block $b (block $a
      (br_table $a $b $c $b $a (local.get $n)))
      (nop) (return (i32.const 1)))
      (nop) (nop) (br $c))
    (i32.const 3))
  (func $table_with_value (param $n i32) (result i32)
    (block $outer (result i32)
      (drop
        (block $inner (result i32)
          (br_table $inner $outer $inner (i32.const 5) (local.get $n))))
      (i32.const 6)))
  (func $leave_two (param $n i32) (result i32)
    (block $outer
      (loop $again
        (block $inner
          (br_if $outer (i32.and (local.get $n) (i32.const 1)))
          (br_if $inner (i32.and (local.get $n) (i32.const 2)))
          (nop))
        (local.set $n (i32.shr_u (local.get $n) (i32.const 1)))
        (br_if $again (local.get $n))))
    (local.get $n))
  (func $early (param $n i32) (result i32)
    (if (i32.gt_u (local.get $n) (i32.const 100)) (then (return (i32.const 1))))
    (if (i32.gt_u (local.get $n) (i32.const 50)) (then (nop) (return (i32.const 2)) (nop) (nop)))
    (return (i32.const 3)))
  (func $dead (param $n i32) (result i32)
    (block $a
      (br $a)
      (drop (i32.const 1)) (drop (i32.const 2))
      (loop $b (br_if $b (i32.const 1)) (br $a)))
    (block (br 0) (unreachable))
    (if (i32.const 0) (then (unreachable) (nop)) (else (nop)))
    (local.get $n))
  (func $fibonacci (param $n i32) (result i32)
    (if (i32.lt_u (local.get $n) (i32.const 2)) (then (return (local.get $n))))
    (i32.add
      (call $fibonacci (i32.sub (local.get $n) (i32.const 1)))
      (call $fibonacci (i32.sub (local.get $n) (i32.const 2)))))
  (func $few_fibonacci (param $n i32) (result i32)
    (call $fibonacci (i32.and (local.get $n) (i32.const 15))))
  (func $locals_29 (param $n i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
      f32 f32 f32 f32 f32 f64 f64 f64 f64)
    (local.get $n))
  (func $locals_30 (param $n i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
      f32 f32 f32 f32 f32 f64 f64 f64 f64 f64)
    (local.get $n))
  (func $locals_31_before_a_block (param $n i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
      f32 f32 f32 f32 f32 f64 f64 f64 f64 f64 i32)
    (block (br_if 0 (local.get $n)) (nop))
    (local.get $n))
  (func $locals_40_before_a_loop (param $n i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
      f32 f32 f32 f32 f32 f64 f64 f64 f64 f64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (loop $again
      (local.set $n (i32.shr_u (local.get $n) (i32.const 4)))
      (br_if $again (local.get $n)))
    (local.get $n))
  (func $locals_35_before_a_call (param $n i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
      f32 f32 f32 f32 f32 f64 f64 f64 f64 f64 i32 i32 i32 i32 i32)
    (call $nothing)
    (local.get $n))
  (func $nothing)
  (func $indirect (param $n i32) (result i32)
    (call_indirect (type $shape) (i32.const 9) (i32.and (local.get $n) (i32.const 3))))
  (func $swap (param $a i32) (param $b i64) (result i32)
    (select (local.get $a) (i32.wrap_i64 (local.get $b)) (i32.and (local.get $a) (i32.const 4))))
  (func $picked (param $n i32) (result i32)
    (call $swap (local.get $n) (i64.extend_i32_u (i32.rotl (local.get $n) (i32.const 7)))))
  (func $nested (param $n i32) (result i32)
    (block (block (block (block (block (block (block (block
      (br_table 0 1 2 3 4 5 6 7 (local.get $n))) (nop)) (nop)) (nop)) (nop)) (nop)) (nop)) (nop))
    (local.get $n))
  (func $memory (param $n i32) (result i32)
    (i64.store offset=8 (i32.const 2048) (i64.extend_i32_u (local.get $n)))
    (i32.store16 (i32.const 2050) (local.get $n))
    (i64.store8 (i32.const 2051) (i64.const -1))
    (i32.xor (i32.load16_s (i32.const 2056)) (i32.load8_s (i32.const 2051))))

  (table 20 20 funcref)
  (elem (i32.const 0) $straight $choice $choice_without_else $count $table $table_with_value $leave_two $early $dead
    $few_fibonacci $locals_29 $locals_30 $locals_31_before_a_block $locals_40_before_a_loop $locals_35_before_a_call
    $indirect $picked $nested $memory)

  (func $run (param $message i32) (result i32)
    (local $at i32)
    (local.set $at (i32.load (local.get $message)))
    (call $put_u32
      (call_indirect (type $shape) (i32.load offset=1 (local.get $at)) (i32.load8_u (local.get $at))))
    (call $output))
  (func (export "execute") (param i32 i32 i32) (result i32) (call $run (local.get 2)))
  (func (export "query") (param i32 i32) (result i32) (call $run (local.get 1))))
