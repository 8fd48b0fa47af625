;; Carries out a list of instructions, one import each, and returns what they answered. The list is the last argument of whatever
;; is called. An instruction is a byte, then its operands: numbers are 4 bytes, little-endian; a byte string is its length and
;; its bytes. A length of all ones means that the region's three numbers follow, taken as they are; one less, that a pointer does.
(module
  (import "env" "db_read" (func $db_read (param i32) (result i32)))
  (import "env" "db_write" (func $db_write (param i32 i32)))
  (import "env" "db_remove" (func $db_remove (param i32)))
  (import "env" "db_scan" (func $db_scan (param i32 i32 i32) (result i32)))
  (import "env" "db_next" (func $db_next (param i32) (result i32)))
  (import "env" "db_next_key" (func $db_next_key (param i32) (result i32)))
  (import "env" "db_next_value" (func $db_next_value (param i32) (result i32)))
  (import "env" "addr_validate" (func $addr_validate (param i32) (result i32)))
  (import "env" "addr_canonicalize" (func $addr_canonicalize (param i32 i32) (result i32)))
  (import "env" "addr_humanize" (func $addr_humanize (param i32 i32) (result i32)))
  (import "env" "secp256k1_verify" (func $k1_verify (param i32 i32 i32) (result i32)))
  (import "env" "secp256k1_recover_pubkey" (func $k1_recover (param i32 i32 i32) (result i64)))
  (import "env" "secp256r1_verify" (func $r1_verify (param i32 i32 i32) (result i32)))
  (import "env" "secp256r1_recover_pubkey" (func $r1_recover (param i32 i32 i32) (result i64)))
  (import "env" "ed25519_verify" (func $ed_verify (param i32 i32 i32) (result i32)))
  (import "env" "ed25519_batch_verify" (func $ed_batch (param i32 i32 i32) (result i32)))
  (import "env" "bls12_381_aggregate_g1" (func $aggregate_g1 (param i32 i32) (result i32)))
  (import "env" "bls12_381_aggregate_g2" (func $aggregate_g2 (param i32 i32) (result i32)))
  (import "env" "bls12_381_pairing_equality" (func $pairing (param i32 i32 i32 i32) (result i32)))
  (import "env" "bls12_381_hash_to_g1" (func $hash_g1 (param i32 i32 i32 i32) (result i32)))
  (import "env" "bls12_381_hash_to_g2" (func $hash_g2 (param i32 i32 i32 i32) (result i32)))
  (import "env" "debug" (func $debug (param i32)))
  (import "env" "abort" (func $abort (param i32)))
  (import "env" "query_chain" (func $query (param i32) (result i32)))
  ;; <prelude>

  ;; What `allocate` does besides allocating: set by an instruction, or from the start in a variant of this file.
  (global $mood (mut i32) (i32.const 0))
  ;; Region of the bytes that a moody `allocate` hands to an import.
  (data (i32.const 1024) "\10\04\00\00\05\00\00\00\05\00\00\00")
  (data (i32.const 1040) "sheep")

  (func $allocate (export "allocate") (param $size i32) (result i32)
    (block $plain
      (block $short
        (block $endless
          (block $trap
            (block $outside
              (block $zero
                (block $abort
                  (block $debug
                    (block $query
                      (block $write
                        (block $validate
                          (block $read
                            (br_table $plain $read $validate $write $query $debug $abort $zero $outside $trap $endless
                              $short $plain (global.get $mood)))
                          (call $put_u32 (call $db_read (i32.const 1024)))
                          (br $plain))
                        (call $put_u32 (call $addr_validate (i32.const 1024)))
                        (br $plain))
                      (call $db_write (i32.const 1024) (i32.const 1024))
                      (br $plain))
                    (call $put_u32 (call $query (i32.const 1024)))
                    (br $plain))
                  (call $debug (i32.const 1024))
                  (br $plain))
                (call $abort (i32.const 1024)))
              (return (i32.const 0)))
            (return (i32.const -8)))
          (unreachable))
        (loop $again (br $again)))
      (return (call $region (call $reserve (i32.const 8)) (i32.const 2) (i32.const 0))))
    (call $fresh (local.get $size)))
  (func (export "deallocate") (param i32))

  ;; Where the next operand is, and where the list ends.
  (global $at (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))

  (func $number (result i32)
    (local $at i32)
    (local.set $at (global.get $at))
    (global.set $at (i32.add (local.get $at) (i32.const 4)))
    (i32.load (local.get $at)))
  (func $string (result i32)
    (local $length i32) (local $at i32)
    (local.set $length (call $number))
    (if (i32.eq (local.get $length) (i32.const -1))
      (then (return (call $region (call $number) (call $number) (call $number)))))
    (if (i32.eq (local.get $length) (i32.const -2))
      (then (return (call $number))))
    (local.set $at (global.get $at))
    (global.set $at (i32.add (local.get $at) (local.get $length)))
    (call $region (local.get $at) (local.get $length) (local.get $length)))
  ;; The answer of an import that fills a region, and the region.
  (func $put_filled (param $answer i32) (param $filled i32)
    (call $put_u32 (local.get $answer))
    (call $put_region (local.get $filled)))
  ;; The answer of an import that recovers a key: the key, or the code.
  (func $put_recovered (param $answer i64)
    (call $put_u64 (i64.shr_u (local.get $answer) (i64.const 32)))
    (if (i64.eqz (i64.shr_u (local.get $answer) (i64.const 32)))
      (then (call $put_region (i32.wrap_i64 (local.get $answer))))))

  (func $read (call $put_region (call $db_read (call $string))))
  (func $write (call $db_write (call $string) (call $string)))
  (func $remove (call $db_remove (call $string)))
  (func $scan (call $put_u32 (call $db_scan (call $string) (call $string) (call $number))))
  (func $next (call $put_region (call $db_next (call $number))))
  (func $next_key (call $put_region (call $db_next_key (call $number))))
  (func $next_value (call $put_region (call $db_next_value (call $number))))
  (func $validate (call $put_region (call $addr_validate (call $string))))
  (func $canonicalize
    (local $source i32) (local $filled i32) (local $answer i32)
    (local.set $source (call $string))
    (local.set $filled (call $fresh (call $number)))
    (local.set $answer (call $addr_canonicalize (local.get $source) (local.get $filled)))
    (call $put_region (local.get $answer))
    (call $put_region (local.get $filled)))
  (func $humanize
    (local $source i32) (local $filled i32) (local $answer i32)
    (local.set $source (call $string))
    (local.set $filled (call $fresh (call $number)))
    (local.set $answer (call $addr_humanize (local.get $source) (local.get $filled)))
    (call $put_region (local.get $answer))
    (call $put_region (local.get $filled)))
  (func $verify_k1 (call $put_u32 (call $k1_verify (call $string) (call $string) (call $string))))
  (func $recover_k1 (call $put_recovered (call $k1_recover (call $string) (call $string) (call $number))))
  (func $verify_r1 (call $put_u32 (call $r1_verify (call $string) (call $string) (call $string))))
  (func $recover_r1 (call $put_recovered (call $r1_recover (call $string) (call $string) (call $number))))
  (func $verify_ed (call $put_u32 (call $ed_verify (call $string) (call $string) (call $string))))
  (func $verify_batch (call $put_u32 (call $ed_batch (call $string) (call $string) (call $string))))
  (func $add_g1
    (local $points i32) (local $sum i32)
    (local.set $points (call $string))
    (local.set $sum (call $fresh (call $number)))
    (call $put_filled (call $aggregate_g1 (local.get $points) (local.get $sum)) (local.get $sum)))
  (func $add_g2
    (local $points i32) (local $sum i32)
    (local.set $points (call $string))
    (local.set $sum (call $fresh (call $number)))
    (call $put_filled (call $aggregate_g2 (local.get $points) (local.get $sum)) (local.get $sum)))
  (func $pair
    (call $put_u32 (call $pairing (call $string) (call $string) (call $string) (call $string))))
  (func $to_g1
    (local $function i32) (local $message i32) (local $domain i32) (local $point i32)
    (local.set $function (call $number))
    (local.set $message (call $string))
    (local.set $domain (call $string))
    (local.set $point (call $fresh (call $number)))
    (call $put_filled
      (call $hash_g1 (local.get $function) (local.get $message) (local.get $domain) (local.get $point))
      (local.get $point)))
  (func $to_g2
    (local $function i32) (local $message i32) (local $domain i32) (local $point i32)
    (local.set $function (call $number))
    (local.set $message (call $string))
    (local.set $domain (call $string))
    (local.set $point (call $fresh (call $number)))
    (call $put_filled
      (call $hash_g2 (local.get $function) (local.get $message) (local.get $domain) (local.get $point))
      (local.get $point)))
  (func $speak (call $debug (call $string)))
  (func $stop (call $abort (call $string)))
  (func $ask (call $put_region (call $query (call $string))))
  (func $grow
    (call $put_u32 (memory.grow (call $number)))
    (call $put_u32 (memory.size)))
  (func $become (global.set $mood (call $number)))
  ;; A result of so many bytes, of which the first say what was there.
  (func $swell (global.set $out (i32.add (global.get $out) (call $number))))

  ;; Bytes into the output.
  (func $say
    (local $string i32)
    (local.set $string (call $string))
    (call $put_bytes (i32.load (local.get $string)) (i32.load offset=8 (local.get $string))))
  ;; Another result than the output.
  (global $instead (mut i32) (i32.const -1))
  (func $answer (global.set $instead (call $string)))

  (table 29 29 funcref)
  (elem (i32.const 0) $read $write $remove $scan $next $next_key $next_value $validate $canonicalize $humanize
    $verify_k1 $recover_k1 $verify_r1 $recover_r1 $verify_ed $verify_batch $add_g1 $add_g2 $pair $to_g1 $to_g2
    $speak $stop $ask $grow $become $swell $say $answer)

  (func $run (param $list i32) (result i32)
    (global.set $at (i32.load (local.get $list)))
    (global.set $end (i32.add (global.get $at) (i32.load offset=8 (local.get $list))))
    (block $done
      (loop $more
        (br_if $done (i32.ge_u (global.get $at) (global.get $end)))
        (i32.load8_u (global.get $at))
        (global.set $at (i32.add (global.get $at) (i32.const 1)))
        (call_indirect)
        (br $more)))
    (if (i32.ne (global.get $instead) (i32.const -1)) (then (return (global.get $instead))))
    (call $output))

  (func (export "instantiate") (param i32 i32 i32) (result i32) (call $run (local.get 2)))
  (func (export "execute") (param i32 i32 i32) (result i32) (call $run (local.get 2)))
  (func (export "migrate") (param i32 i32 i32) (result i32) (call $run (local.get 1)))
  (func $other (param i32 i32) (result i32) (call $run (local.get 1)))
  (export "query" (func $other))
  (export "sudo" (func $other))
  (export "reply" (func $other))
  (export "ibc_channel_open" (func $other))
  (export "ibc_channel_connect" (func $other))
  (export "ibc_channel_close" (func $other))
  (export "ibc_packet_receive" (func $other))
  (export "ibc_packet_ack" (func $other))
  (export "ibc_packet_timeout" (func $other))
  (export "ibc_source_callback" (func $other))
  (export "ibc_destination_callback" (func $other))
  (export "ibc2_packet_receive" (func $other))
  (export "ibc2_packet_ack" (func $other))
  (export "ibc2_packet_timeout" (func $other))
  (export "ibc2_packet_send" (func $other)))
