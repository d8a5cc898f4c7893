/*
 * What cannot be written in Rust: a function that leaves through lua_error jumps over its caller's frames, and no Rust frame
 * may be jumped over. So Rust returns first, and the jump happens here.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* Runs the function with this number; -1: the error value is on the top of the stack. In Rust. */
int crucible_run(lua_State *L, int function);

static int run(lua_State *L) {
  int results = crucible_run(L, (int)lua_tointegerx(L, lua_upvalueindex(1), 0));
  return results >= 0 ? results : lua_error(L);
}

void crucible_push_function(lua_State *L, int function) {
  lua_pushinteger(L, function);
  lua_pushcclosure(L, run, 1);
}

/* The libraries that reach nothing outside of the state. */
void crucible_open_libraries(lua_State *L) {
  luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
  luaL_requiref(L, LUA_COLIBNAME, luaopen_coroutine, 1);
  luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 1);
  luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 1);
  lua_settop(L, 0);
}
