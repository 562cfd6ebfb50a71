Attribute VB_Name = "XlcWizard"
Option Explicit
Option Private Module

' What the function wizard shows of a function. Excel may refuse it to a hidden add-in: then the wizard shows
' the names only, and the next workbook that is opened is another chance.

Private Const CATEGORY As String = "xlcredit"

Public Function XlcDescribe(ByVal function_name As String, ByVal help As String, ByVal arguments As Variant) As Boolean
    Dim project As String
    project = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!"
    XlcDescribe = IsDescribed(project & function_name, help, arguments)
    If Not XlcDescribe Then XlcDescribe = IsDescribed(function_name, help, arguments)
End Function

Private Function IsDescribed(ByVal macro As String, ByVal help As String, ByVal arguments As Variant) As Boolean
    On Error GoTo refused
    If IsArray(arguments) Then
        Application.MacroOptions Macro:=macro, Description:=help, Category:=CATEGORY, ArgumentDescriptions:=arguments
    Else
        Application.MacroOptions Macro:=macro, Description:=help, Category:=CATEGORY
    End If
    IsDescribed = True
refused:
End Function
