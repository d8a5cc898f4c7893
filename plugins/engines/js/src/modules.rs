//! What `import` finds: the plugin's own files, and the modules of the host. Nothing else has a name here.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{copy_nonoverlapping, null_mut};

use crate::code::File;
use crate::ffi::{self, Context, Module};
use crate::js::{Js, Kind, Thrown, zero_ended};
use crate::state::{context, kept};

thread_local! {
    static FILES: RefCell<Vec<File>> = const { RefCell::new(Vec::new()) };
}

/// The files of the plugin, from now on.
pub fn set_files(files: Vec<File>) {
    FILES.set(files);
}

/// A module that was parsed and not run yet.
pub struct Parsed {
    value: Js,
    module: *mut Module,
}

impl Parsed {
    /// Finds everything that it imports, and what that imports.
    pub fn resolve(&self) -> Thrown<()> {
        if unsafe { ffi::JS_ResolveModule(context(), self.value.raw()) } < 0 {
            return Err(Js::pending());
        }
        Ok(())
    }

    /// Runs it: a promise.
    pub fn run(&self) -> Thrown<Js> {
        unsafe { Js::checked(ffi::JS_EvalFunction(context(), self.value.clone().into_raw())) }
    }

    /// Its exports, as an object.
    pub fn namespace(&self) -> Thrown<Js> {
        unsafe { Js::checked(ffi::JS_GetModuleNamespace(context(), self.module)) }
    }
}

/// Parses one of the files.
pub fn parse(file: &File) -> Thrown<Parsed> {
    let mut text = file.text.clone().into_bytes();
    text.push(0);
    let path = zero_ended(&file.path);
    let flags = ffi::EVAL_MODULE | ffi::EVAL_COMPILE_ONLY;
    // SAFETY: the text ends in a zero byte that is not counted; a module's value is the pointer to it.
    unsafe {
        let value = Js::checked(ffi::JS_Eval(context(), text.as_ptr().cast(), file.text.len(), path.as_ptr(), flags))?;
        let module = ffi::crucible_pointer(value.raw()).cast();
        Ok(Parsed { value, module })
    }
}

/// The full name of what a module imports, in memory of the context.
pub unsafe extern "C" fn normalize(
    context: *mut Context,
    base: *const c_char,
    name: *const c_char,
    _: *mut c_void,
) -> *mut c_char {
    // SAFETY: both end in a zero byte; what is answered does too.
    unsafe {
        let (base, name) = (CStr::from_ptr(base).to_string_lossy(), CStr::from_ptr(name).to_string_lossy());
        let full = zero_ended(&resolve(&base, &name));
        let bytes = full.as_bytes_with_nul();
        let memory: *mut c_char = ffi::js_malloc(context, bytes.len()).cast();
        copy_nonoverlapping(bytes.as_ptr().cast(), memory, bytes.len());
        memory
    }
}

/// A path that begins with `./` or `../` counts from the importing file; of TypeScript, `./a.js` may mean `./a.ts`.
fn resolve(base: &str, name: &str) -> String {
    if !name.starts_with("./") && !name.starts_with("../") {
        return name.to_owned();
    }
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." | "" => {}
            // Above the plugin's own folder there is nothing; the name stays one that no file has.
            ".." if parts.pop().is_none() => return name.to_owned(),
            ".." => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if has_file(&path) {
        return path;
    }
    let typed = [(".js", ".ts"), (".mjs", ".mts")]
        .iter()
        .find_map(|(script, typed)| Some(format!("{}{typed}", path.strip_suffix(script)?)));
    typed.filter(|typed| has_file(typed)).unwrap_or(path)
}

fn has_file(path: &str) -> bool {
    FILES.with_borrow(|files| files.iter().any(|file| file.path == path))
}

/// The module with a full name; null, and an exception, where there is none.
pub unsafe extern "C" fn load(_: *mut Context, name: *const c_char, _: *mut c_void) -> *mut Module {
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
    let file = FILES.with_borrow(|files| files.iter().find(|file| file.path == name).cloned());
    let found = match file {
        Some(file) => parse(&file).map(|parsed| parsed.module),
        None => host_module(&name),
    };
    found.unwrap_or_else(|thrown| {
        thrown.throw();
        null_mut()
    })
}

fn host_module(name: &str) -> Thrown<*mut Module> {
    let exports = kept().modules.get(name)?;
    if exports.kind() != Kind::Object {
        let message = zero_ended(&missing(name));
        unsafe { ffi::JS_ThrowReferenceError(context(), c"%s".as_ptr(), message.as_ptr()) };
        return Err(Js::pending());
    }
    let module_name = zero_ended(name);
    unsafe {
        let module = ffi::JS_NewCModule(context(), module_name.as_ptr(), fill);
        for export in exports.names()? {
            ffi::JS_AddModuleExport(context(), module, zero_ended(&export.text()).as_ptr());
        }
        Ok(module)
    }
}

fn missing(name: &str) -> String {
    if name.starts_with("crucible:") {
        let known = kept().modules.names().unwrap_or_default();
        let known: Vec<String> = known.iter().map(|name| name.text()).collect();
        return format!("there is no module '{name}'; the host has {}", known.join(", "));
    }
    format!(
        "there is no module '{name}': a plugin imports its own files, by a path that begins with ./, and crucible:kiln and so on"
    )
}

/// Gives a module of the host its values.
unsafe extern "C" fn fill(context: *mut Context, module: *mut Module) -> c_int {
    let filled = || -> Thrown<()> {
        let name = unsafe { Js::owned(ffi::JS_AtomToString(context, ffi::JS_GetModuleName(context, module))) };
        let exports = kept().modules.get(&name.string()?)?;
        for name in exports.names()? {
            let value = exports.get_named(&name)?;
            let name = zero_ended(&name.text());
            unsafe { ffi::JS_SetModuleExport(context, module, name.as_ptr(), value.into_raw()) };
        }
        Ok(())
    };
    match filled() {
        Ok(()) => 0,
        Err(thrown) => {
            thrown.throw();
            -1
        }
    }
}
