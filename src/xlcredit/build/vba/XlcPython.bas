Attribute VB_Name = "XlcPython"
Option Explicit
Option Private Module

' The calls of Python. One server process is started at the first need and kept; every workbook of this Excel
' shares it. Interpreter and version stand in the user's configuration file, which "xlcredit install" writes.
' What goes to Python is put in brackets or called in place, so that no argument is marshalled back.

Public Const XLC_NOT_INSTALLED As Long = 1701

Private Const UDF_MODULE As String = "xlcredit.excel.udfs"
Private Const BOOK_HOLDER As String = "xlwings._xlwindows"
Private Const PAUSE_SECONDS As Long = 30

Private python As Object
Private not_before As Date
Private last_fault As Long
Private is_busy As Boolean

' A formula's answer. Whatever fails shows as an error value in its cell, never as a dialog.
Public Function XlcCall(ByVal function_name As String, ByVal arguments As Variant) As Variant
    Dim is_repeated As Boolean
    Dim fault As Long
    On Error GoTo failed
    If IsWizardOpen() Then
        XlcCall = vbNullString
        Exit Function
    End If
    If function_name <> "xlc_why" Then
        XlcCall = ErrorAmong(arguments)
        If IsError(XlcCall) Then Exit Function
    End If
again:
    XlcCall = XlcResult(Server().CallUDF(UDF_MODULE, (function_name), (arguments), CallingBook(), Application.Caller))
    Exit Function
failed:
    fault = Err.Number
    If IsLost(fault) And Not is_repeated Then
        is_repeated = True
        Set python = Nothing
        Resume again
    End If
    If function_name = "xlc_why" Then XlcCall = Explained(fault) Else XlcCall = CVErr(xlErrValue)
End Function

' An error value given as an argument is the answer, as with Excel's own functions: Python would take it for a blank.
' Those in the cells of a range Python sees itself.
Private Function ErrorAmong(ByVal arguments As Variant) As Variant
    Dim place As Long
    For place = LBound(arguments) To UBound(arguments)
        If Not IsObject(arguments(place)) Then
            If IsError(arguments(place)) And Not IsMissing(arguments(place)) Then
                ErrorAmong = arguments(place)
                Exit Function
            End If
        End If
    Next place
End Function

' A single day is given as a date, so that Excel shows its cell as one. A column's days are numbers: what they
' look like is up to the format of its cells.
Public Function XlcDay(ByVal answer As Variant) As Variant
    XlcDay = answer
    If VarType(answer) <> vbDouble Then Exit Function
    If Not CallingBook().Date1904 Then XlcDay = CDate(answer)
End Function

' A button's work on the workbook. Python tells its own errors; what is told here is that Python cannot be had.
Public Sub XlcRun(ByVal command As String)
    Dim living As Object
    Dim calculation As Variant
    Dim fault As Long
    If is_busy Then Exit Sub
    On Error Resume Next
    calculation = Application.Calculation
    On Error GoTo failed
    is_busy = True
    Set living = LivingServer()
    living.SetAttr living.Module(BOOK_HOLDER), "BOOK_CALLER", XlcActiveBook()
    living.Exec (command)
    is_busy = False
    XlcSettle XlcActiveBook()
    Exit Sub
failed:
    is_busy = False
    fault = Err.Number
    Awaken calculation
    MsgBox Explained(fault), vbExclamation, WORDS_TITLE
End Sub

' Python keeps Excel still while it writes. Should it die then, nobody else would let Excel hear and calculate again.
Private Sub Awaken(ByVal calculation As Variant)
    On Error Resume Next
    Application.Interactive = True
    Application.ScreenUpdating = True
    Application.EnableEvents = True
    Application.DisplayAlerts = True
    Application.EnableCancelKey = xlInterrupt
    Application.StatusBar = False
    If Not IsEmpty(calculation) Then Application.Calculation = calculation
End Sub

' Python reads the workbook's settings again at the next formula. A server that does not run knows none.
Public Sub XlcForgetSettings()
    On Error Resume Next
    If Not python Is Nothing Then python.Exec "import " & UDF_MODULE & "; " & UDF_MODULE & ".forget_settings()"
End Sub

Public Function XlcIsBusy() As Boolean
    XlcIsBusy = is_busy
End Function

Public Function XlcIsInstalled() As Boolean
    Dim interpreter As String
    On Error Resume Next
    interpreter = GetConfig("INTERPRETER_WIN", "")
    If Len(interpreter) > 0 Then XlcIsInstalled = FileExists(interpreter)
End Function

Private Function Server() As Object
    If python Is Nothing Then Start
    Set Server = python
End Function

' A start that has failed is not tried again at once: a sheet has many formulas, and each of them would wait.
Private Sub Start()
    If Now < not_before Then Err.Raise last_fault
    On Error GoTo failed
    If Not XlcIsInstalled() Then Err.Raise XLC_NOT_INSTALLED
    Set python = XLPy
    Exit Sub
failed:
    last_fault = Err.Number
    not_before = Now + TimeSerial(0, 0, PAUSE_SECONDS)
    Err.Raise last_fault
End Sub

' For a button: the first start takes seconds, and says so; a server that has died is started anew.
Private Function LivingServer() As Object
    On Error Resume Next
    If Not python Is Nothing Then python.Bool True
    If Err.Number <> 0 Then Set python = Nothing
    On Error GoTo 0
    not_before = 0
    If python Is Nothing Then Application.StatusBar = WORDS_STARTING
    Set LivingServer = Server()
    Application.StatusBar = False
End Function

' The workbook that a formula stands in, whichever project its function comes from.
Private Function CallingBook() As Object
    If TypeName(Application.Caller) = "Range" Then
        Set CallingBook = Application.Caller.Worksheet.Parent
    Else
        Set CallingBook = XlcActiveBook()
    End If
End Function

' Excel asks for a preview at each key typed in the function wizard. While a button works, Excel's own controls may
' be greyed as well, and there is no wizard.
Private Function IsWizardOpen() As Boolean
    On Error Resume Next
    If is_busy Then Exit Function
    IsWizardOpen = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

' Errors of COM that say that the server is gone, rather than that a call failed.
Private Function IsLost(ByVal fault As Long) As Boolean
    Select Case fault
        Case 462, -2147023174, -2147023170, -2147417848
            IsLost = True
    End Select
End Function

' 1000 and 1 come from the module xlwings: no server, no library; 48 and 53 from VBA: no library.
Private Function Explained(ByVal fault As Long) As String
    If IsMac() Then
        Explained = WORDS_WINDOWS_ONLY
        Exit Function
    End If
    Select Case fault
        Case XLC_NOT_INSTALLED
            Explained = WORDS_NOT_INSTALLED
        Case 1, 48, 53
            Explained = WORDS_NO_LIBRARY
        Case 1000
            Explained = WORDS_NOT_STARTED
        Case Else
            Explained = WORDS_FAILED
    End Select
End Function

Private Function IsMac() As Boolean
    On Error Resume Next
    IsMac = InStr(Application.OperatingSystem, "Mac") > 0
End Function
