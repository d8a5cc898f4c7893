//! Whole programs through compile, load and call, natively: everything but the capabilities.

use rune_engine::call::Program;
use rune_engine::compile::compile;
use rune_engine::wit::crucible::plugin::types::{ErrorCode, Failure};
use rune_engine::wit::exports::crucible::plugin::compiler::{Diagnostic, SourceFile};

fn compiled(files: &[(&str, &str)]) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let files: Vec<SourceFile> =
        files.iter().map(|(path, text)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
    let entry = files[0].path.clone();
    compile(&files, &entry).map(|compiled| compiled.code)
}

fn program(text: &str) -> Program {
    Program::load(&compiled(&[("main.rn", text)]).expect("it compiles")).expect("it loads")
}

fn run(text: &str, args: &str) -> Result<String, Failure> {
    program(text).call("main", args)
}

fn errors(text: &str) -> Vec<Diagnostic> {
    compiled(&[("main.rn", text)]).expect_err("it does not compile")
}

#[test]
fn a_script_with_a_struct_round_trips_and_keeps_its_places() {
    let text = "struct Point { x, y }\n\nimpl Point {\n    fn sum(self) { self.x + self.y }\n}\n\npub fn main(args) {\n    let p = Point { x: args.x, y: 2 };\n    [p.sum(), p]\n}\n";
    assert_eq!(run(text, r#"{"x":40}"#).unwrap(), r#"[42,{"x":40,"y":2}]"#);
    let failure = run(text, r#"{"x":"a"}"#).unwrap_err();
    let position = failure.position.unwrap();
    assert_eq!((position.file.as_str(), position.line, position.column), ("main.rn", 4, 20));
    let names: Vec<&str> = failure.stack.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(names, ["Point::sum", "main"]);
    let caller = failure.stack[1].position.clone().unwrap();
    assert_eq!((caller.line, caller.column), (9, 6));
}

#[test]
fn every_kind_of_value_crosses() {
    let text = r#"
        enum Shape { Round, Square(side), Box { w } }
        pub fn main(args) {
            [(), None, Some(1), true, 'x', "t", 1, 1.5, (1, 2), [3], #{b: 1, a: 2}, Shape::Round, Shape::Square(1), Shape::Box { w: 1 }, 7u64, args.echo]
        }"#;
    assert_eq!(
        run(text, r#"{"echo":{"k":[null]}}"#).unwrap(),
        r#"[null,null,1,true,"x","t",1,1.5,[1,2],[3],{"a":2,"b":1},"Round",[1],{"w":1},7,{"k":[null]}]"#
    );
}

#[test]
fn what_json_cannot_carry_is_refused_with_its_place() {
    for (value, part) in [
        ("#{ id: 9007199254740993 }", "at `id`: the integer 9007199254740993 is beyond ±2^53"),
        ("[1, 0.0 / 0.0]", "at `[1]`: NaN is no JSON number"),
        ("|| 1", "cannot become JSON"),
        ("b\"abc\"", "cannot become JSON"),
        ("1..3", "cannot become JSON"),
        ("std::collections::HashMap::new()", "collect::<Object>()"),
    ] {
        let failure = run(&format!("pub fn main(args) {{ {value} }}"), "{}").unwrap_err();
        assert_eq!(failure.code, ErrorCode::GuestError);
        assert!(failure.message.contains(part), "{value}: {}", failure.message);
    }
}

#[test]
fn a_returned_error_fails_the_call() {
    let text = r#"pub fn main(args) { match args.kind {
        "text" => Err("no luck"),
        "code" => Err(crucible::Error::new("not-found", "no such thing")),
        "other" => Err(crucible::Error::new("made-up", "x")),
        "object" => Err(#{ a: 1 }),
        "try" => { let value = std::i64::parse("zz")?; Ok(value) }
        _ => Ok(args.kind),
    } }"#;
    let failure = |kind: &str| {
        let failure = run(text, &format!(r#"{{"kind":"{kind}"}}"#)).unwrap_err();
        (failure.code, failure.message)
    };
    assert_eq!(failure("text"), (ErrorCode::GuestError, "no luck".to_owned()));
    assert_eq!(failure("code"), (ErrorCode::NotFound, "no such thing".to_owned()));
    assert_eq!(failure("other"), (ErrorCode::GuestError, "made-up: x".to_owned()));
    assert_eq!(failure("object"), (ErrorCode::GuestError, "{\"a\":1}".to_owned()));
    assert_eq!(failure("try").1, "invalid digit found in string");
    assert_eq!(run(text, r#"{"kind":"fine"}"#).unwrap(), r#""fine""#);
}

#[test]
fn a_panic_has_its_message_its_place_and_the_calls_that_led_there() {
    let text = "fn deep(n) {\n    if n == 0 {\n        panic!(\"boom {n}\");\n    }\n    deep(n - 1)\n}\n\npub fn main(args) {\n    deep(3)\n}\n";
    let failure = run(text, "{}").unwrap_err();
    assert_eq!(failure.message, "Panicked: boom 0");
    assert_eq!(failure.position.unwrap().line, 3);
    let lines: Vec<u32> = failure.stack.iter().map(|frame| frame.position.as_ref().unwrap().line).collect();
    assert_eq!(lines, [3, 5, 5, 5, 9]);
}

#[test]
fn a_closure_called_by_an_iterator_is_in_the_stack_with_its_caller() {
    let text = "pub fn main(args) {\n    [1, 0].iter()\n        .map(|n| 1 / n)\n        .collect::<Vec>()\n}\n";
    let failure = run(text, "{}").unwrap_err();
    let frames: Vec<(&str, u32)> =
        failure.stack.iter().map(|frame| (frame.name.as_str(), frame.position.as_ref().unwrap().line)).collect();
    assert_eq!(frames, [("main::{closure}", 3), ("main", 2)]);
}

#[test]
fn a_missing_method_is_named() {
    let failure = run("pub fn main(args) { args.name.shout() }", r#"{"name":"x"}"#).unwrap_err();
    assert_eq!(failure.message, "There is no method `shout` on `::std::string::String`");
}

#[test]
fn only_public_functions_of_the_entry_file_can_be_called() {
    let text = "fn hidden(args) { 1 }\npub mod inner { pub fn nested(args) { 1 } }\npub fn main(args) { hidden(args) }\npub fn two(a, b) { a }\npub fn zero() { 0 }\nstruct S;\nimpl S { pub fn method(self) { 1 } }\n";
    let program = program(text);
    for name in ["hidden", "nested", "inner::nested", "method", "S::method", "S", ""] {
        assert_eq!(program.call(name, "{}").unwrap_err().code, ErrorCode::NotFound, "{name}");
    }
    assert_eq!(program.call("main", "{}").unwrap(), "1");
    assert_eq!(program.call("zero", "{}").unwrap(), "0");
    assert_eq!(program.call("two", "{}").unwrap_err().code, ErrorCode::InvalidArguments);
    for args in ["[]", "1", "{", "", "null", "{} {}"] {
        assert_eq!(program.call("main", args).unwrap_err().code, ErrorCode::InvalidArguments, "{args}");
    }
}

#[test]
fn documented_public_functions_are_tools_in_the_order_of_the_source() {
    let text = "/// Second letter.\n/// @param [x] {integer} A number\npub fn b(args) { 1 }\n\n/// First.\npub fn a(args) { 1 }\npub fn undocumented(args) { 1 }\n/// Private.\nfn private(args) { 1 }\npub fn last(args) { private(args) }\n";
    let tools = program(text).tools();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(tools[0].description, "Second letter.");
    assert!(tools[0].parameters.contains(r#""x":{"type":"integer","description":"A number"}"#));
}

#[test]
fn async_functions_run_to_their_end_and_endless_waiting_is_refused() {
    let text = "async fn part(n) { n * 2 }\npub async fn main(args) { let (a, b) = std::future::join((part(1), part(20))).await; a + b }";
    assert_eq!(run(text, "{}").unwrap(), "42");
}

#[test]
fn modules_come_from_the_files_given_and_from_nowhere_else() {
    let main = "mod helper;\nmod deep;\npub fn main(args) { helper::twice(args.n) + deep::below::one() }";
    let code = compiled(&[
        ("src/main.rn", main),
        ("src/helper.rune", "pub fn twice(n) { n * 2 }"),
        ("src/deep/mod.rn", "pub mod below;"),
        ("src/deep/below.rn", "pub fn one() { 1 }"),
    ])
    .unwrap();
    assert_eq!(Program::load(&code).unwrap().call("main", r#"{"n":4}"#).unwrap(), "9");
    let missing = compiled(&[("src/main.rn", "mod passwd;\npub fn main() { 1 }")]).unwrap_err();
    assert!(missing[0].message.contains("There is no file for the module `passwd`"), "{}", missing[0].message);
    assert_eq!(missing[0].position.as_ref().unwrap().line, 1);
}

#[test]
fn an_error_in_a_module_names_its_file() {
    let error = compiled(&[("main.rn", "mod a;\npub fn main() { a::f() }"), ("a.rn", "pub fn f() {\n  let = 1;\n}")])
        .unwrap_err();
    let position = error[0].position.as_ref().unwrap();
    assert_eq!((position.file.as_str(), position.line), ("a.rn", 2));
    let code =
        compiled(&[("main.rn", "mod a;\npub fn main() { a::f() }"), ("a.rn", "pub fn f() {\n  1 / 0\n}")]).unwrap();
    let failure = Program::load(&code).unwrap().call("main", "{}").unwrap_err();
    let position = failure.position.unwrap();
    assert_eq!((position.file.as_str(), position.line, position.column), ("a.rn", 2, 3));
}

#[test]
fn all_errors_are_reported_with_their_places() {
    let found =
        errors("pub fn a() { missing_one() }\npub fn b() { missing_two }\npub fn c() {\n    äö::missing_three();\n}\n");
    let places: Vec<(u32, u32)> =
        found.iter().map(|d| d.position.as_ref().map(|p| (p.line, p.column)).unwrap()).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(places[0].0, 1);
    assert!(found[0].excerpt.contains("1 | pub fn a() { missing_one() }"));
}

#[test]
fn a_return_type_is_explained() {
    let found = errors("pub fn main(args) -> i64 { 1 }");
    assert!(found[0].message.contains("leave `-> …` out"), "{}", found[0].message);
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let text = r#"
        struct A { x, y, z } struct B(q); enum C { D, E { f } }
        const K = #{ one: 1, two: 2, three: [1, 2, 3] };
        pub fn main(args) { let a = A { x: 1, y: 2, z: 3 }; match args { #{ p, q, .. } => `${p} ${q}`, _ => K } }
        /// Doc.
        pub fn other(args) { [B(1), C::D, C::E { f: 1 }, |x| x + 1].len() }"#;
    let first = compiled(&[("main.rn", text)]).unwrap();
    for _ in 0..5 {
        assert!(std::thread::spawn(move || compiled(&[("main.rn", text)]).unwrap()).join().unwrap() == first);
    }
}

#[test]
fn damaged_code_is_refused_or_harmless() {
    let code = compiled(&[(
        "main.rn",
        "/// T\npub fn main(args) { let x = args.n; if x > 1 { [x, \"a\"] } else { #{ a: x } } }",
    )])
    .unwrap();
    for end in 0..code.len() {
        assert!(Program::load(&code[..end]).is_err());
    }
    let mut longer = code.clone();
    longer.push(0);
    assert!(Program::load(&longer).is_err());
    assert!(Program::load(&[0xff; 100]).is_err());
    assert!(Program::load(&[0x91; 100_000]).is_err());
}

#[test]
fn code_of_another_abi_is_named() {
    let code = compiled(&[("main.rn", "pub fn main() { 1 }")]).unwrap();
    let at = code.windows(11).position(|bytes| bytes == b"rune-0.14.2").unwrap();
    let mut other = code;
    other[at + 5..at + 11].copy_from_slice(b"0.99.9");
    let Err(failure) = Program::load(&other) else { panic!("it loads") };
    assert!(
        failure.message.contains("rune-0.99.9") && failure.message.contains("compile it again"),
        "{}",
        failure.message
    );
}

#[test]
fn nesting_is_bounded_before_the_parser_sees_it() {
    for opening in ["(", "[", "{", "!", "-", "`${", "#{a:", "if true {", "match 1 { _ => ", "stringify!(", "|x| {"] {
        let found = errors(&format!("pub fn main(args) {{ {} }}", opening.repeat(100_000)));
        assert!(found[0].message.contains("128"), "{opening}: {}", found[0].message);
        assert!(found[0].position.is_some());
    }
}

#[test]
fn no_module_reaches_the_system() {
    for path in [
        "std::fs::read",
        "std::env::var",
        "std::process::exit",
        "std::time::now",
        "std::net::connect",
        "fs::read",
        "rand::random",
        "std::thread::spawn",
        "std::io::stdin",
    ] {
        let text = format!("pub fn main(args) {{ {path}(\"x\") }}");
        assert!(!errors(&text).is_empty(), "{path}");
    }
    for text in [
        "mod std_fs; pub fn main() {}",
        "pub fn main() { include_str!(\"/etc/passwd\") }",
        "pub fn main() { env!(\"PATH\") }",
    ] {
        assert!(!errors(text).is_empty(), "{text}");
    }
}

#[test]
fn a_missing_field_is_named() {
    let failure = run("pub fn main(args) {\n    args.dice\n}", "{}").unwrap_err();
    assert_eq!(failure.message, "The object has no field `dice`; where it may be missing, use `.get(\"dice\")`");
    assert_eq!(failure.position.unwrap().line, 2);
}

#[test]
fn the_added_methods_do_what_rust_does() {
    let text = r##"pub fn main(args) { [
        "a\nb\r\n\nc".lines().collect::<Vec>(),
        "a\nb".lines().enumerate().map(|(i, line)| `${i}${line}`).collect::<Vec>(),
        " x  y\tz ".split_whitespace().count(),
        "äbcb".find("b"), "äbcb".rfind("b"), "x".find("y"),
        "ab".repeat(2), "  x ".trim_start(),
        "# T".strip_prefix("# "), "# T".strip_prefix("-"), "a.md".strip_suffix(".md"),
        [1, "a", 2.5].join(", "), [].join(","),
        [[1], [2]].contains([2]), ["a"].contains("b"),
        [1, 2].first(), [].first(), [1, 2].last(),
        { let v = [1, 2, 3]; v.reverse(); v.swap(0, 1); v.truncate(2); v },
        1.5.to_string(), (1.0).exp().ln(), (100.0).log10(), (2.7).trunc(),
    ] }"##;
    assert_eq!(
        run(text, "{}").unwrap(),
        r##"[["a","b","","c"],["0a","1b"],3,2,4,null,"abab","x ","T",null,"a","1, a, 2.5","",true,false,1,null,2,[2,3],"1.5",1.0,2.0,2.0]"##
    );
}

#[test]
fn objects_of_the_library_have_their_methods_and_options_where_there_may_be_nothing() {
    let text = r#"
        use crucible::collections::Queue;
        pub fn main(args) {
            let queue = Queue::new();
            queue.push(#{ n: 1 });
            queue.push("two");
            let same = queue;
            let taken = [queue.pop(), same.pop(), queue.pop().is_none()];
            [taken, queue == same, queue == Queue::new(), `${Queue::new([1, 2]).to_list().len()}`]
        }"#;
    assert_eq!(run(text, "{}").unwrap(), r#"[[{"n":1},"two",true],true,false,"2"]"#);
}

#[test]
fn what_is_asked_of_an_object_that_it_does_not_have_stops_the_program() {
    for (expression, part) in [
        ("queue.push()", "Wrong number of arguments"),
        ("queue.push(1, 2)", "Wrong number of arguments"),
        ("crucible::Object::push()", "Wrong number of arguments"),
        ("crucible::Object::push(1, 2)", "Expected"),
        ("queue.fly()", "There is no method `fly`"),
        ("crucible::collections::Queue::new(5)", "must be a list"),
    ] {
        let text = format!("pub fn main(args) {{ let queue = crucible::collections::Queue::new(); {expression} }}");
        let failure = run(&text, "{}").unwrap_err();
        assert!(failure.message.contains(part), "{expression}: {}", failure.message);
        assert!(failure.position.is_some(), "{expression}");
    }
    let failure = run("pub fn main(args) { crucible::collections::Queue::new() }", "{}").unwrap_err();
    assert!(failure.message.contains("cannot become JSON"), "{}", failure.message);
}

#[test]
fn a_callback_is_called_and_what_it_throws_comes_out_as_it_was() {
    let text = r#"
        use crucible::collections;
        pub fn main(args) {
            let by = |item| match args.how {
                "key" => item.n,
                "err" => Err(#{ own: item.n }),
                "code" => Err(crucible::Error::new("conflict", "twice")),
                "stop" => 1 / 0,
                "none" => None,
                _ => |x| x,
            };
            match collections::sort_by([#{ n: 2 }, #{ n: 1 }], by) {
                Ok(sorted) => Ok(sorted),
                Err(error) if error is crucible::Error => Err(error),
                Err(error) => Ok(error.own),
            }
        }
        pub fn passed(args) { collections::sort_by([1, 0], |n| 1 / n)? }"#;
    let run = |how: &str| run(text, &format!(r#"{{"how":"{how}"}}"#));
    assert_eq!(run("key").unwrap(), r#"[{"n":1},{"n":2}]"#);
    assert_eq!(run("err").unwrap(), "2");
    let conflict = run("code").unwrap_err();
    assert_eq!((conflict.code, conflict.message.as_str()), (ErrorCode::Conflict, "twice"));
    assert_eq!(run("stop").unwrap_err().message, "Division by zero");
    assert_eq!(run("none").unwrap_err().code, ErrorCode::InvalidArguments);
    let stopped = program(text).call("passed", "{}").unwrap_err();
    let frames: Vec<&str> = stopped.stack.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(frames, ["passed::{closure}", "passed"]);
}

#[test]
fn functions_and_objects_stay_themselves_in_a_collection() {
    let text = r#"pub fn main(args) {
        let inner = crucible::collections::Queue::new([1]);
        let queue = crucible::collections::Queue::new([|x| x + 1, inner]);
        let add = queue.pop()?;
        [add(41), queue.pop()? == inner]
    }"#;
    assert_eq!(run(text, "{}").unwrap(), "[42,true]");
}
