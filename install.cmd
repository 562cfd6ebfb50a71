@echo off
rem xlcredit: buttons and formulas in Excel, for the user who runs this; no administrator's rights are needed.
rem   install.cmd              install, update or repair            /workbook  and an empty workbook in Documents
rem   install.cmd /doctor      say what does not work               /quiet     do not wait for a key at the end
rem   install.cmd /uninstall   remove everything
rem A folder "wheels" beside this file is installed from without a network ("xlcredit bundle" makes one).
rem XLCREDIT_PYTHON may name the python.exe to use.
rem Exit codes: 0 done; 1 faults found; 2 refused, nothing changed; 3 no Python; 4 components not installed.
rem
rem Folders may be named with ( ) ' & % and accents: so no path stands in a block or after "call", messages are
rem plain ASCII, and no path is read from a program's output.

setlocal EnableExtensions DisableDelayedExpansion
set "HERE=%~dp0"
set "ACTION=install"
set "QUIET="
set "WORKBOOK="
set "CODE=2"

:arguments
if "%~1"=="" goto start
if /i "%~1"=="/doctor" set "ACTION=doctor" & shift & goto arguments
if /i "%~1"=="/uninstall" set "ACTION=uninstall" & shift & goto arguments
if /i "%~1"=="/workbook" set "WORKBOOK=--workbook" & shift & goto arguments
if /i "%~1"=="/quiet" set "QUIET=1" & shift & goto arguments
echo Uso / usage: install.cmd [/workbook] [/quiet] ^| /doctor ^| /uninstall
goto end

:start
set "PYTHONUTF8=1"
set "PYTHONHOME="
set "PYTHONPATH="
set "PIP_DISABLE_PIP_VERSION_CHECK=1"
set "PIP_NO_WARN_SCRIPT_LOCATION=1"
set "PIP_USER="
set "PIP_TARGET="
set "PIP_PREFIX="
set "PIP_REQUIRE_VIRTUALENV="
if not defined LOCALAPPDATA goto no_profile
set "DATA=%LOCALAPPDATA%\xlcredit"
set "ENVIRONMENT=%DATA%\env"
set "BEFORE=%DATA%\env.before"
set "OWN=%ENVIRONMENT%\Scripts\python.exe"
if "%ACTION%"=="doctor" goto doctor
set "RUNS="
for /f "tokens=1" %%T in ('tasklist /nh /fi "imagename eq excel.exe" 2^>nul') do if /i "%%T"=="excel.exe" set "RUNS=1"
if defined RUNS goto excel_runs
goto %ACTION%


:install
set "WANTED="
if exist "%HERE%python.txt" set /p WANTED=<"%HERE%python.txt"
set "PYTHON="
set "SWITCH="
set "TRIED=%XLCREDIT_PYTHON%"
if defined TRIED call :try
if defined TRIED if not defined PYTHON goto no_python
if not defined PYTHON for %%V in (3.13 3.12 3.14 3.11) do call :try_launcher %%V
if not defined PYTHON for %%R in (HKCU HKLM) do for %%V in (3.13 3.12 3.14 3.11) do call :try_registry %%R %%V
if not defined PYTHON for %%P in (python.exe) do set "TRIED=%%~$PATH:P"
if not defined PYTHON call :try
if not defined PYTHON goto no_python

rem An environment in use cannot be renamed: it is found out before anything is changed. One that an earlier run,
rem cut off, had put aside is the good one.
if exist "%BEFORE%\" rmdir /s /q "%ENVIRONMENT%" 2>nul
if exist "%BEFORE%\" if not exist "%ENVIRONMENT%\" move "%BEFORE%" "%ENVIRONMENT%" >nul
if exist "%ENVIRONMENT%\" if not exist "%BEFORE%\" move "%ENVIRONMENT%" "%BEFORE%" >nul 2>&1
if exist "%ENVIRONMENT%\" goto in_use
echo Preparazione dell'ambiente di xlcredit: un minuto o due...
echo Preparing the environment of xlcredit: a minute or two...
if not exist "%DATA%\" mkdir "%DATA%"
"%PYTHON%" %SWITCH% -I -m venv "%ENVIRONMENT%"
if errorlevel 1 goto not_installed
if exist "%HERE%wheels\" goto without_network
if exist "%HERE%pyproject.toml" goto from_sources
"%OWN%" -I -m pip install -q xlcredit
if errorlevel 1 goto not_installed
goto set_up

:without_network
"%OWN%" -I -m pip install -q --no-index --find-links "%HERE%wheels" xlcredit
if errorlevel 1 goto not_installed
goto set_up

:from_sources
"%OWN%" -I -m pip install -q -c "%HERE%requirements.lock" "%HERE%."
if errorlevel 1 goto not_installed

:set_up
"%OWN%" -P -m xlcredit install %WORKBOOK% --beside "%HERE%."
if errorlevel 1 goto refused
if exist "%BEFORE%\" rmdir /s /q "%BEFORE%"
set "CODE=0"
goto end


:try_launcher
if defined PYTHON exit /b 0
set "TRIED=py"
set "SWITCH=-%1"
call :try
if not defined PYTHON set "SWITCH="
exit /b 0

:try_registry
if defined PYTHON exit /b 0
set "TRIED="
for /f "tokens=2,*" %%A in ('reg query "%1\Software\Python\PythonCore\%2\InstallPath" /v ExecutablePath 2^>nul') do set "TRIED=%%B"
if defined TRIED call :try
exit /b 0

rem Keeps TRIED as PYTHON when it is a Python that will do: 3.11 or later, 64 bits, able to make environments, of
rem the version that the wheels are for, and not of Microsoft's Store, whose writing Windows hides from Excel.
:try
if not defined TRIED exit /b 0
"%TRIED%" %SWITCH% -I -c "import importlib.util as u, os, struct, sys; w = os.environ.get('WANTED', '').strip(); sys.exit(not (sys.version_info >= (3, 11) and struct.calcsize('P') == 8 and w in ('', '.'.join(map(str, sys.version_info[:2]))) and 'windowsapps' not in sys.base_prefix.lower() and u.find_spec('venv') and u.find_spec('ensurepip')))" >nul 2>&1
if errorlevel 1 exit /b 0
set "PYTHON=%TRIED%"
exit /b 0


:doctor
if not exist "%OWN%" goto not_there
"%OWN%" -I -c "import xlcredit" >nul 2>&1
if errorlevel 1 goto not_there
"%OWN%" -P -m xlcredit doctor
set "CODE=%ERRORLEVEL%"
goto end


:uninstall
if not exist "%OWN%" goto without_python
"%OWN%" -I -c "import xlcredit" >nul 2>&1
if errorlevel 1 goto without_python
"%OWN%" -P -m xlcredit uninstall --keep-environment
if errorlevel 1 goto end
goto remove_environment

rem The environment does not work any more: what is ours is known by its place.
:without_python
if exist "%APPDATA%\Microsoft\Excel\XLSTART\XLCredit.xlam" del /q "%APPDATA%\Microsoft\Excel\XLSTART\XLCredit.xlam"
if exist "%USERPROFILE%\.xlcredit\xlcredit.conf" del /q "%USERPROFILE%\.xlcredit\xlcredit.conf"
if exist "%USERPROFILE%\.xlcredit\" rmdir "%USERPROFILE%\.xlcredit" 2>nul
if exist "%LOCALAPPDATA%\Microsoft\WindowsApps\xlcredit.cmd" del /q "%LOCALAPPDATA%\Microsoft\WindowsApps\xlcredit.cmd"
if exist "%DATA%\install.json" del /q "%DATA%\install.json"
if exist "%DATA%\xlcredit.log*" del /q "%DATA%\xlcredit.log*"

:remove_environment
if exist "%ENVIRONMENT%\" rmdir /s /q "%ENVIRONMENT%"
if exist "%BEFORE%\" rmdir /s /q "%BEFORE%"
if exist "%DATA%\" rmdir "%DATA%" 2>nul
if exist "%ENVIRONMENT%\" goto in_use
echo Di xlcredit non resta niente in questo profilo, salvo i file modificati elencati qui sopra.
echo Nothing of xlcredit is left in this profile, except changed files that are listed above.
set "CODE=0"
goto end


:no_profile
echo Nel profilo manca la variabile LOCALAPPDATA: uscire da Windows, rientrare e ripetere.
echo The profile lacks the variable LOCALAPPDATA: sign out of Windows, sign in and try again.
goto end

:excel_runs
echo Excel risulta aperto: chiudere tutte le sue finestre e ripetere. Niente modificato.
echo Excel is open: close all of its windows and try again. Nothing was changed.
goto end

:in_use
echo I file di xlcredit sono in uso: chiudere Excel e le finestre del prompt, poi ripetere.
echo The files of xlcredit are in use: close Excel and the windows of the prompt, then try again.
goto end

:no_python
set "CODE=3"
if not defined WANTED set "WANTED=3.11+"
echo Serve Python %WANTED% a 64 bit: scaricarlo da python.org, installarlo anche solo per il proprio utente e ripetere.
echo Python %WANTED% of 64 bits is needed: get it from python.org, install it for your own user if you like, and try again.
goto end

:not_there
set "CODE=1"
echo L'ambiente di xlcredit manca o non parte (forse Python si trova altrove, o su un altro PC): eseguire install.cmd.
echo The environment of xlcredit is missing or does not start (Python may have moved): run install.cmd.
goto end

:not_installed
set "CODE=4"
call :put_back
echo Componenti non installati: il motivo sta nelle righe qui sopra. Tutto resta come prima.
echo Components not installed: the lines above say why. Everything is as it was before.
goto end

:refused
call :put_back
goto end

:put_back
rmdir /s /q "%ENVIRONMENT%" 2>nul
if exist "%BEFORE%\" move "%BEFORE%" "%ENVIRONMENT%" >nul
rmdir "%DATA%" 2>nul
exit /b 0

:end
if not defined QUIET pause
exit /b %CODE%
