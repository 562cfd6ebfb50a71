/* python.exe and pythonw.exe for the stage: load python311.dll and run it.
 *
 * In a virtual environment (pyvenv.cfg beside the program or one folder above) the DLL is taken from the
 * environment's "home", as the real launcher does.
 *
 * Wine 8 has no C99 complex functions: ucrtbase.dll exports them as thunks that end the process, and numpy
 * calls one on import. Each thunk is overwritten in memory with a jump to mingw's function, so that numpy's
 * own wheel runs unaltered. On a real Windows nothing is touched.
 */
#include <complex.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

typedef struct { float real, imag; } single_pair;   /* how Microsoft's runtime passes float _Complex */
typedef struct { double real, imag; } double_pair;  /* ... and double _Complex; long double is the same there */

static float complex from_single(single_pair z) { return __builtin_complex(z.real, z.imag); }
static double complex from_double(double_pair z) { return __builtin_complex(z.real, z.imag); }
static single_pair to_single(float complex z) { return (single_pair){crealf(z), cimagf(z)}; }
static double_pair to_double(double complex z) { return (double_pair){creal(z), cimag(z)}; }

#define COMPLEX_TO_COMPLEX(name) \
    static double_pair own_##name(double_pair z) { return to_double(name(from_double(z))); } \
    static single_pair own_##name##f(single_pair z) { return to_single(name##f(from_single(z))); }
#define COMPLEX_TO_REAL(name) \
    static double own_##name(double_pair z) { return name(from_double(z)); } \
    static float own_##name##f(single_pair z) { return name##f(from_single(z)); }
#define EVERY_COMPLEX(X) \
    X(cexp) X(clog) X(csqrt) X(csin) X(ccos) X(ctan) X(csinh) X(ccosh) X(ctanh) X(casin) X(cacos) X(catan) \
    X(casinh) X(cacosh) X(catanh) X(conj) X(cproj)
#define EVERY_REAL(X) X(creal) X(cimag) X(carg) X(cabs)

EVERY_COMPLEX(COMPLEX_TO_COMPLEX)
EVERY_REAL(COMPLEX_TO_REAL)
static double_pair own_cpow(double_pair x, double_pair y) { return to_double(cpow(from_double(x), from_double(y))); }
static single_pair own_cpowf(single_pair x, single_pair y) { return to_single(cpowf(from_single(x), from_single(y))); }

#define ROW(name) {#name, own_##name}, {#name "f", own_##name##f}, {#name "l", own_##name},
static const struct { const char *name; void *own; } functions[] = {EVERY_COMPLEX(ROW) EVERY_REAL(ROW) ROW(cpow)};

/* A thunk of Wine's for a function it lacks loads the address of the function's name: lea reg, [rip + offset]. */
static BOOL is_lacking(const unsigned char *code, const char *name)
{
    for (int at = 0; at < 40; at++) {
        int offset;
        const char *text;
        if ((code[at] != 0x48 && code[at] != 0x4c) || code[at + 1] != 0x8d || (code[at + 2] & 0xc7) != 0x05)
            continue;
        memcpy(&offset, code + at + 3, sizeof offset);
        text = (const char *)code + at + 7 + offset;
        if (!IsBadReadPtr(text, strlen(name) + 1) && !strcmp(text, name))
            return TRUE;
    }
    return FALSE;
}

static void complete_wine(void)
{
    static const unsigned char jump[] = {0xff, 0x25, 0, 0, 0, 0}; /* jmp [rip]: the address follows */
    HMODULE runtime = LoadLibraryW(L"ucrtbase.dll");
    if (!runtime || !GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version"))
        return;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        unsigned char *code = (unsigned char *)GetProcAddress(runtime, functions[i].name);
        DWORD before;
        if (!code || !is_lacking(code, functions[i].name))
            continue;
        if (!VirtualProtect(code, sizeof jump + sizeof(void *), PAGE_EXECUTE_READWRITE, &before))
            continue;
        memcpy(code, jump, sizeof jump);
        memcpy(code + sizeof jump, &functions[i].own, sizeof(void *));
        VirtualProtect(code, sizeof jump + sizeof(void *), before, &before);
    }
}

static BOOL read_home(const wchar_t *configuration, wchar_t *home)
{
    char line[1024];
    FILE *file = _wfopen(configuration, L"rb");
    BOOL found = FALSE;
    while (file && !found && fgets(line, sizeof line, file))
        if (!strncmp(line, "home = ", 7)) {
            line[strcspn(line, "\r\n")] = 0;
            found = MultiByteToWideChar(CP_UTF8, 0, line + 7, -1, home, MAX_PATH) > 0;
        }
    if (file)
        fclose(file);
    return found;
}

/* The folder of python311.dll: the environment's home, else the program's own. */
static void find_home(wchar_t *home)
{
    wchar_t folder[MAX_PATH], configuration[MAX_PATH + 16];
    GetModuleFileNameW(NULL, folder, MAX_PATH);
    *wcsrchr(folder, L'\\') = 0;
    wcscpy(home, folder);
    for (int level = 0; level < 2 && wcschr(folder, L'\\'); level++) {
        swprintf(configuration, MAX_PATH + 16, L"%ls\\pyvenv.cfg", folder);
        if (read_home(configuration, home))
            return;
        *wcsrchr(folder, L'\\') = 0;
    }
}

int wmain(int count, wchar_t **arguments)
{
    wchar_t path[MAX_PATH + 16];
    HMODULE python;
    int (*run)(int, wchar_t **);
    complete_wine();
    find_home(path);
    wcscat(path, L"\\python311.dll");
    python = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    run = python ? (int (*)(int, wchar_t **))(void *)GetProcAddress(python, "Py_Main") : NULL;
    if (!run) {
        fwprintf(stderr, L"cannot load %ls: error %lu\n", path, GetLastError());
        return 101;
    }
    return run(count, arguments);
}
