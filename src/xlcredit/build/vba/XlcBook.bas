Attribute VB_Name = "XlcBook"
Option Explicit
Option Private Module

' What happens to a workbook of ours: it is opened, the day turns, its settings are changed.

Private Const OWN_PROPERTY As String = "xlcredit"

Private calculated_on As Date
Private is_outdated As Boolean

' The workbook that buttons act on: the one that holds this project, or for the add-in the active one.
Public Function XlcActiveBook() As Object
    If ThisWorkbook.IsAddin Then Set XlcActiveBook = ActiveWorkbook Else Set XlcActiveBook = ThisWorkbook
End Function

' A workbook built by xlcredit whose macros run: the add-in leaves it alone. Where they are blocked, nothing answers.
Public Function XlcBringsMacros(ByVal book As Object) As Boolean
    Dim built As String
    On Error Resume Next
    built = book.CustomDocumentProperties(OWN_PROPERTY).Value
    If Len(built) = 0 Then Exit Function
    If book.HasVBProject Then XlcBringsMacros = Application.Run("'" & Replace(book.Name, "'", "''") & "'!XlcAnswers")
End Function

' A workbook saved on another day shows that day's delays: everything is calculated again.
Public Sub XlcOpened(ByVal book As Object)
    Dim saved_on As Date
    On Error Resume Next
    saved_on = book.BuiltinDocumentProperties("Last Save Time").Value
    If Int(saved_on) <> Date Then XlcRecalculate book
    calculated_on = Date
End Sub

' Called when a window is activated: a workbook may stay open overnight.
Public Function XlcDayHasTurned() As Boolean
    XlcDayHasTurned = calculated_on <> Date
    calculated_on = Date
End Function

' Formulas depend on the settings without naming them. While a button works, they wait for its end.
Public Sub XlcSheetChanged(ByVal sheet As Object)
    On Error Resume Next
    If Not HoldsSettings(sheet) Then Exit Sub
    If ThisWorkbook.IsAddin Then
        If XlcBringsMacros(sheet.Parent) Then Exit Sub
    End If
    is_outdated = True
    If Not XlcIsBusy() Then XlcSettle sheet.Parent
End Sub

' Takes the changed settings into account, when there are any.
Public Sub XlcSettle(ByVal book As Object)
    If Not is_outdated Then Exit Sub
    is_outdated = False
    XlcForgetSettings
    XlcRecalculate book
End Sub

' Every formula of one workbook, and of no other. Without Python the values stay as they were saved.
Public Sub XlcRecalculate(ByVal book As Object)
    Dim sheet As Object
    Dim was_saved As Boolean
    On Error Resume Next
    If Not XlcIsInstalled() Then Exit Sub
    was_saved = book.Saved
    For Each sheet In book.Worksheets
        If sheet.EnableCalculation Then
            sheet.EnableCalculation = False
            sheet.EnableCalculation = True
        End If
    Next sheet
    book.Saved = was_saved
End Sub

' Whether any sheet has a table of xlcredit.
Public Function XlcHasTables(ByVal book As Object) As Boolean
    Dim sheet As Object
    Dim table As Object
    On Error Resume Next
    For Each sheet In book.Worksheets
        For Each table In sheet.ListObjects
            If Left$(table.Name, 4) = "xlc_" Then
                XlcHasTables = True
                Exit Function
            End If
        Next table
    Next sheet
End Function

' One message, and only when workbook or add-in and the installed package do not go together.
Public Sub XlcCheckVersion()
    Dim installed As String
    Dim message As String
    On Error Resume Next
    installed = GetConfig("XLCREDIT_VERSION", "")
    If Len(installed) = 0 Or SeriesOf(installed) = SeriesOf(BUILT_VERSION) Then Exit Sub
    message = Replace(WORDS_OTHER_VERSION, "{built}", BUILT_VERSION)
    MsgBox Replace(message, "{installed}", installed), vbExclamation, WORDS_TITLE
End Sub

' "0.1.7" -> "0.1": a repair release goes with every workbook of its series.
Private Function SeriesOf(ByVal version As String) As String
    Dim numbers As Variant
    numbers = Split(version & ".", ".")
    SeriesOf = numbers(0) & "." & numbers(1)
End Function

Private Function HoldsSettings(ByVal sheet As Object) As Boolean
    Dim table As Object
    For Each table In sheet.ListObjects
        Select Case table.Name
            Case "xlc_settings", "xlc_levels", "xlc_rates", "xlc_exchange_rates"
                HoldsSettings = True
        End Select
    Next table
End Function
