//! The part of Lua's C API that the engine uses. None of these functions raises an error the way it is called here: those that
//! could run a metamethod are not used, and a failed allocation traps.

use std::ffi::{c_char, c_int, c_void};

/// A Lua state; only pointers to it exist here.
#[repr(C)]
pub struct State {
    _private: [u8; 0],
}

pub const OK: c_int = 0;
pub const NIL: c_int = 0;
pub const BOOLEAN: c_int = 1;
pub const LIGHT_USERDATA: c_int = 2;
pub const NUMBER: c_int = 3;
pub const STRING: c_int = 4;
pub const TABLE: c_int = 5;
pub const FUNCTION: c_int = 6;
pub const USERDATA: c_int = 7;

/// The pseudo-index of the registry: -LUAI_MAXSTACK - 1000.
pub const REGISTRY: c_int = -1_001_000;
/// The registry's slot of the table of globals.
pub const GLOBALS: i64 = 2;

pub type CFunction = unsafe extern "C" fn(*mut State) -> c_int;
pub type Allocate = unsafe extern "C" fn(*mut c_void, *mut c_void, usize, usize) -> *mut c_void;
pub type Write = unsafe extern "C" fn(*mut State, *const c_void, usize, *mut c_void) -> c_int;

/// `lua_Debug`.
#[repr(C)]
pub struct Debug {
    pub event: c_int,
    pub name: *const c_char,
    pub namewhat: *const c_char,
    pub what: *const c_char,
    pub source: *const c_char,
    pub source_length: usize,
    pub current_line: c_int,
    pub line_defined: c_int,
    pub last_line_defined: c_int,
    pub upvalues: u8,
    pub parameters: u8,
    pub is_vararg: c_char,
    pub is_tail_call: c_char,
    pub first_transferred: u16,
    pub transferred: u16,
    pub short_source: [c_char; 60],
    pub call_info: *mut c_void,
}

unsafe extern "C" {
    pub fn lua_newstate(allocate: Allocate, data: *mut c_void) -> *mut State;
    pub fn crucible_open_libraries(lua: *mut State);
    pub fn crucible_push_function(lua: *mut State, function: c_int);

    pub fn luaL_loadbufferx(
        lua: *mut State,
        bytes: *const c_char,
        length: usize,
        name: *const c_char,
        mode: *const c_char,
    ) -> c_int;
    pub fn lua_dump(lua: *mut State, write: Write, data: *mut c_void, strip: c_int) -> c_int;
    pub fn lua_pcallk(
        lua: *mut State,
        arguments: c_int,
        results: c_int,
        handler: c_int,
        context: isize,
        continuation: *const c_void,
    ) -> c_int;
    pub fn lua_getstack(lua: *mut State, level: c_int, debug: *mut Debug) -> c_int;
    pub fn lua_getinfo(lua: *mut State, what: *const c_char, debug: *mut Debug) -> c_int;

    pub fn lua_gettop(lua: *mut State) -> c_int;
    pub fn lua_settop(lua: *mut State, index: c_int);
    pub fn lua_absindex(lua: *mut State, index: c_int) -> c_int;
    pub fn lua_pushvalue(lua: *mut State, index: c_int);
    pub fn lua_rotate(lua: *mut State, index: c_int, count: c_int);
    pub fn lua_checkstack(lua: *mut State, count: c_int) -> c_int;
    pub fn lua_type(lua: *mut State, index: c_int) -> c_int;
    pub fn lua_isinteger(lua: *mut State, index: c_int) -> c_int;
    pub fn lua_toboolean(lua: *mut State, index: c_int) -> c_int;
    pub fn lua_tointegerx(lua: *mut State, index: c_int, is_number: *mut c_int) -> i64;
    pub fn lua_tonumberx(lua: *mut State, index: c_int, is_number: *mut c_int) -> f64;
    pub fn lua_tolstring(lua: *mut State, index: c_int, length: *mut usize) -> *const c_char;
    pub fn lua_touserdata(lua: *mut State, index: c_int) -> *mut c_void;
    pub fn lua_rawequal(lua: *mut State, one: c_int, two: c_int) -> c_int;
    pub fn lua_rawlen(lua: *mut State, index: c_int) -> u64;
    pub fn lua_next(lua: *mut State, index: c_int) -> c_int;
    pub fn lua_rawget(lua: *mut State, index: c_int) -> c_int;
    pub fn lua_rawgeti(lua: *mut State, index: c_int, key: i64) -> c_int;
    pub fn lua_rawset(lua: *mut State, index: c_int);
    pub fn lua_rawseti(lua: *mut State, index: c_int, key: i64);
    pub fn lua_createtable(lua: *mut State, items: c_int, fields: c_int);
    pub fn lua_getmetatable(lua: *mut State, index: c_int) -> c_int;
    pub fn lua_setmetatable(lua: *mut State, index: c_int) -> c_int;

    pub fn lua_newuserdatauv(lua: *mut State, size: usize, values: c_int) -> *mut c_void;
    pub fn luaL_ref(lua: *mut State, table: c_int) -> c_int;
    pub fn luaL_unref(lua: *mut State, table: c_int, reference: c_int);

    pub fn lua_pushnil(lua: *mut State);
    pub fn lua_pushboolean(lua: *mut State, value: c_int);
    pub fn lua_pushinteger(lua: *mut State, value: i64);
    pub fn lua_pushnumber(lua: *mut State, value: f64);
    pub fn lua_pushlstring(lua: *mut State, bytes: *const c_char, length: usize) -> *const c_char;
    pub fn lua_pushlightuserdata(lua: *mut State, pointer: *mut c_void);
    pub fn lua_pushcclosure(lua: *mut State, function: CFunction, upvalues: c_int);
}
