//! Lua's stack, in words: a thin layer over the C API that keeps its pointers and lengths in one place.

use std::ffi::{c_int, c_void};
use std::ptr::{null, null_mut};

use crate::ffi::{self, State};

/// A state and its stack. Copies are the same stack. Every method leaves the stack as it says and raises nothing.
#[derive(Clone, Copy)]
pub struct Stack {
    lua: *mut State,
}

impl Stack {
    /// # Safety
    /// `lua` must be a live state, and stay one as long as this value is used.
    pub unsafe fn new(lua: *mut State) -> Self {
        Self { lua }
    }

    /// How many values are on it.
    pub fn height(self) -> c_int {
        unsafe { ffi::lua_gettop(self.lua) }
    }

    pub fn set_height(self, height: c_int) {
        unsafe { ffi::lua_settop(self.lua, height) }
    }

    pub fn pop(self, count: c_int) {
        self.set_height(-count - 1);
    }

    /// Whether there is room for so many more.
    pub fn has_room(self, count: c_int) -> bool {
        unsafe { ffi::lua_checkstack(self.lua, count) != 0 }
    }

    pub fn absolute(self, index: c_int) -> c_int {
        unsafe { ffi::lua_absindex(self.lua, index) }
    }

    pub fn kind(self, index: c_int) -> c_int {
        unsafe { ffi::lua_type(self.lua, index) }
    }

    pub fn boolean(self, index: c_int) -> bool {
        unsafe { ffi::lua_toboolean(self.lua, index) != 0 }
    }

    pub fn is_integer(self, index: c_int) -> bool {
        unsafe { ffi::lua_isinteger(self.lua, index) != 0 }
    }

    pub fn integer(self, index: c_int) -> i64 {
        unsafe { ffi::lua_tointegerx(self.lua, index, null_mut()) }
    }

    pub fn number(self, index: c_int) -> f64 {
        unsafe { ffi::lua_tonumberx(self.lua, index, null_mut()) }
    }

    /// The bytes of the string there; none where there is no string.
    pub fn bytes(self, index: c_int) -> Option<Vec<u8>> {
        if self.kind(index) != ffi::STRING {
            return None;
        }
        let mut length = 0;
        unsafe {
            let bytes = ffi::lua_tolstring(self.lua, index, &mut length);
            Some(std::slice::from_raw_parts(bytes.cast(), length).to_vec())
        }
    }

    /// The string there as text; what is not UTF-8 is replaced.
    pub fn lossy_text(self, index: c_int) -> Option<String> {
        self.bytes(index).map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    pub fn push_nil(self) {
        unsafe { ffi::lua_pushnil(self.lua) }
    }

    pub fn push_boolean(self, value: bool) {
        unsafe { ffi::lua_pushboolean(self.lua, value.into()) }
    }

    pub fn push_integer(self, value: i64) {
        unsafe { ffi::lua_pushinteger(self.lua, value) }
    }

    pub fn push_number(self, value: f64) {
        unsafe { ffi::lua_pushnumber(self.lua, value) }
    }

    pub fn push_bytes(self, bytes: &[u8]) {
        unsafe { ffi::lua_pushlstring(self.lua, bytes.as_ptr().cast(), bytes.len()) };
    }

    pub fn push_copy(self, index: c_int) {
        unsafe { ffi::lua_pushvalue(self.lua, index) }
    }

    /// Pushes the function with this number, for `shim.c`.
    pub fn push_function(self, number: usize) {
        unsafe { ffi::crucible_push_function(self.lua, number as c_int) }
    }

    pub fn push_c_function(self, function: ffi::CFunction) {
        unsafe { ffi::lua_pushcclosure(self.lua, function, 0) }
    }

    pub fn push_light(self, pointer: *mut c_void) {
        unsafe { ffi::lua_pushlightuserdata(self.lua, pointer) }
    }

    pub fn light(self, index: c_int) -> *mut c_void {
        unsafe { ffi::lua_touserdata(self.lua, index) }
    }

    /// Pushes a new userdata of so many bytes and gives its block.
    pub fn push_userdata(self, size: usize) -> *mut c_void {
        unsafe { ffi::lua_newuserdatauv(self.lua, size, 0) }
    }

    /// Takes the value from the top into the registry, under the number given.
    pub fn take_reference(self) -> c_int {
        unsafe { ffi::luaL_ref(self.lua, ffi::REGISTRY) }
    }

    /// Lets go of what lies in the registry under this number.
    pub fn release_reference(self, reference: c_int) {
        unsafe { ffi::luaL_unref(self.lua, ffi::REGISTRY, reference) }
    }

    /// Pushes a new table with room for so many items and fields.
    pub fn push_table(self, items: usize, fields: usize) {
        let room = |count: usize| c_int::try_from(count).unwrap_or(c_int::MAX);
        unsafe { ffi::lua_createtable(self.lua, room(items), room(fields)) }
    }

    pub fn length(self, index: c_int) -> u64 {
        unsafe { ffi::lua_rawlen(self.lua, index) }
    }

    /// Pushes `table[name]` without asking its metatable, and gives its type.
    pub fn push_field(self, table: c_int, name: &str) -> c_int {
        let table = self.absolute(table);
        self.push_bytes(name.as_bytes());
        unsafe { ffi::lua_rawget(self.lua, table) }
    }

    /// Pushes `table[index]` without asking its metatable, and gives its type.
    pub fn push_item(self, table: c_int, index: i64) -> c_int {
        unsafe { ffi::lua_rawgeti(self.lua, table, index) }
    }

    /// `table[name] = value`, the value being taken from the top.
    pub fn set_field(self, table: c_int, name: &str) {
        let table = self.absolute(table);
        self.push_bytes(name.as_bytes());
        unsafe {
            ffi::lua_rotate(self.lua, -2, 1);
            ffi::lua_rawset(self.lua, table);
        }
    }

    /// `table[index] = value`, the value being taken from the top.
    pub fn set_item(self, table: c_int, index: i64) {
        unsafe { ffi::lua_rawseti(self.lua, table, index) }
    }

    /// Takes a key from the top and pushes the next key and its value; nothing, where there is none.
    pub fn next(self, table: c_int) -> bool {
        unsafe { ffi::lua_next(self.lua, table) != 0 }
    }

    /// Pushes the table of globals.
    pub fn push_globals(self) {
        self.push_item(ffi::REGISTRY, ffi::GLOBALS);
    }

    /// Gives the value there the metatable that is kept under this name in the registry.
    pub fn set_kept_metatable(self, index: c_int, name: &str) {
        let index = self.absolute(index);
        self.push_field(ffi::REGISTRY, name);
        unsafe { ffi::lua_setmetatable(self.lua, index) };
    }

    /// Whether both are the same, without asking a metatable.
    pub fn is_same(self, one: c_int, two: c_int) -> bool {
        unsafe { ffi::lua_rawequal(self.lua, one, two) != 0 }
    }

    /// Whether the value there has the metatable that is kept under this name in the registry.
    pub fn has_kept_metatable(self, index: c_int, name: &str) -> bool {
        if unsafe { ffi::lua_getmetatable(self.lua, index) } == 0 {
            return false;
        }
        self.push_field(ffi::REGISTRY, name);
        let same = self.is_same(-1, -2);
        self.pop(2);
        same
    }

    /// Loads a chunk and pushes its function, or a message. `mode` is `t` for text, `b` for code.
    pub fn load(self, bytes: &[u8], name: &str, mode: &str) -> bool {
        let name: Vec<u8> = name.bytes().filter(|byte| *byte != 0).chain([0]).collect();
        let mode: Vec<u8> = mode.bytes().chain([0]).collect();
        let (name, mode) = (name.as_ptr().cast(), mode.as_ptr().cast());
        unsafe { ffi::luaL_loadbufferx(self.lua, bytes.as_ptr().cast(), bytes.len(), name, mode) == ffi::OK }
    }

    /// The code of the function on the top, with its line numbers.
    pub fn dump(self) -> Vec<u8> {
        unsafe extern "C" fn append(_: *mut State, bytes: *const c_void, length: usize, out: *mut c_void) -> c_int {
            let out = unsafe { &mut *out.cast::<Vec<u8>>() };
            out.extend_from_slice(unsafe { std::slice::from_raw_parts(bytes.cast(), length) });
            0
        }
        let mut out: Vec<u8> = Vec::new();
        unsafe { ffi::lua_dump(self.lua, append, (&raw mut out).cast(), 0) };
        out
    }

    /// Calls the function below so many arguments. Its results, or one error value that `handler` (an index) has seen, take
    /// their place.
    pub fn call(self, arguments: c_int, results: c_int, handler: c_int) -> bool {
        unsafe { ffi::lua_pcallk(self.lua, arguments, results, handler, 0, null()) == ffi::OK }
    }
}
