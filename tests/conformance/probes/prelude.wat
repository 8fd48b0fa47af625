  ;; What every probe has: a memory, an allocator that only goes forward and grows the memory, and an output buffer.
  (memory (export "memory") 18)
  (func (export "interface_version_8"))
  (global $top (mut i32) (i32.const 1179648))
  ;; The output buffer is pages 1 to 16.
  (global $out (mut i32) (i32.const 65536))

  ;; So many bytes that nobody else has.
  (func $reserve (param $size i32) (result i32)
    (local $at i32) (local $end i32) (local $have i32)
    (local.set $at (global.get $top))
    (local.set $end
      (i32.add (local.get $at) (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8))))
    (local.set $have (i32.mul (memory.size) (i32.const 65536)))
    (if (i32.gt_u (local.get $end) (local.get $have))
      (then
        (if (i32.eq (i32.const -1)
              (memory.grow
                (i32.add (i32.const 1)
                  (i32.shr_u (i32.sub (local.get $end) (local.get $have)) (i32.const 16)))))
          (then (unreachable)))))
    (global.set $top (local.get $end))
    (local.get $at))

  ;; A region that describes `length` bytes at `at`, of which it may hold `capacity`.
  (func $region (param $at i32) (param $capacity i32) (param $length i32) (result i32)
    (local $region i32)
    (local.set $region (call $reserve (i32.const 12)))
    (i32.store (local.get $region) (local.get $at))
    (i32.store offset=4 (local.get $region) (local.get $capacity))
    (i32.store offset=8 (local.get $region) (local.get $length))
    (local.get $region))

  ;; An empty region of this size.
  (func $fresh (param $size i32) (result i32)
    (call $region (call $reserve (local.get $size)) (local.get $size) (i32.const 0)))

  ;; Writes to the output.
  (func $put_u32 (param $number i32)
    (i32.store (global.get $out) (local.get $number))
    (global.set $out (i32.add (global.get $out) (i32.const 4))))
  (func $put_u64 (param $number i64)
    (i64.store (global.get $out) (local.get $number))
    (global.set $out (i32.add (global.get $out) (i32.const 8))))
  (func $put_bytes (param $at i32) (param $length i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $more
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (if (i32.ge_u (global.get $out) (i32.const 1179000)) (then (unreachable)))
        (i32.store8 (global.get $out) (i32.load8_u (local.get $at)))
        (global.set $out (i32.add (global.get $out) (i32.const 1)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $more))))
  ;; Length and bytes of a region; all ones for none.
  (func $put_region (param $region i32)
    (if (i32.eqz (local.get $region))
      (then (call $put_u32 (i32.const -1)) (return)))
    (call $put_u32 (i32.load offset=8 (local.get $region)))
    (call $put_bytes (i32.load (local.get $region)) (i32.load offset=8 (local.get $region))))
  ;; The output as a result.
  (func $output (result i32)
    (local $length i32)
    (local.set $length (i32.sub (global.get $out) (i32.const 65536)))
    (call $region (i32.const 65536) (local.get $length) (local.get $length)))
