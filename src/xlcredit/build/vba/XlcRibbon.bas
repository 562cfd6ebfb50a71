Attribute VB_Name = "XlcRibbon"
Option Explicit

' What the ribbon calls.

Private Const BUTTON_PREFIX As String = "xlc_"

Private tab_owner As Object

' Every button: its id says which.
Public Sub XlcPress(control As IRibbonControl)
    Dim key As String
    Dim project As String
    If XlcActiveBook() Is Nothing Then
        MsgBox WORDS_NO_BOOK, vbInformation, WORDS_TITLE
        Exit Sub
    End If
    key = Mid$(control.ID, Len(BUTTON_PREFIX) + 1)
    If ThisWorkbook.IsAddin Then project = "addin" Else project = "workbook"
    XlcRun "import xlcredit.excel.ribbon; xlcredit.excel.ribbon.press('" & key & "', '" & project & "')"
End Sub

' The add-in asks this of a workbook of ours: only macros that may run can answer.
Public Function XlcAnswers() As Boolean
    XlcAnswers = True
End Function

' The add-in's tab yields to that of a workbook which brings its own.
Public Sub XlcTabVisible(control As IRibbonControl, ByRef visible)
    Dim book As Object
    Set book = ActiveWorkbook
    visible = True
    If Not book Is Nothing Then visible = Not XlcBringsMacros(book)
End Sub

Public Sub XlcRibbonLoaded(ribbon As IRibbonUI)
    Set tab_owner = ribbon
End Sub

' Excel asks XlcTabVisible again.
Public Sub XlcRedrawTab()
    On Error Resume Next
    If Not tab_owner Is Nothing Then tab_owner.Invalidate
End Sub
