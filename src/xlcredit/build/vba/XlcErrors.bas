Attribute VB_Name = "XlcErrors"
Option Explicit
Option Private Module

' Python cannot hand Excel an error value: it hands a text that begins with a private sign, and this module
' puts the error value in its place. What Python leaves blank becomes an empty text, or the cell would show 0.

' The sign is ChrW(&HE000&): VBA's AscW tells it with a sign of minus, LibreOffice's without.
Private Const MARK_SIGNED As Long = -8192
Private Const MARK As Long = 57344

Public Function XlcResult(ByRef answer As Variant) As Variant
    If Not IsArray(answer) Then
        XlcResult = ExcelValue(answer)
        Exit Function
    End If
    If HasColumns(answer) Then
        MarkTable answer
    Else
        MarkRow answer
    End If
    XlcResult = answer
End Function

Private Sub MarkTable(ByRef answer As Variant)
    Dim place As Long
    Dim across As Long
    For across = LBound(answer, 2) To UBound(answer, 2)
        For place = LBound(answer, 1) To UBound(answer, 1)
            Select Case VarType(answer(place, across))
                Case vbString, vbEmpty, vbNull
                    answer(place, across) = ExcelValue(answer(place, across))
            End Select
        Next place
    Next across
End Sub

Private Sub MarkRow(ByRef answer As Variant)
    Dim place As Long
    For place = LBound(answer) To UBound(answer)
        answer(place) = ExcelValue(answer(place))
    Next place
End Sub

Private Function ExcelValue(ByVal answer As Variant) As Variant
    Dim text As String
    ExcelValue = answer
    Select Case VarType(answer)
        Case vbEmpty, vbNull
            ExcelValue = vbNullString
        Case vbString
            text = answer
            If Len(text) > 1 Then
                Select Case AscW(text)
                    Case MARK_SIGNED, MARK
                        ExcelValue = ErrorValue(Mid$(text, 2))
                End Select
            End If
    End Select
End Function

Private Function ErrorValue(ByVal text As String) As Variant
    Select Case text
        Case "#N/A"
            ErrorValue = CVErr(xlErrNA)
        Case "#NUM!"
            ErrorValue = CVErr(xlErrNum)
        Case "#DIV/0!"
            ErrorValue = CVErr(xlErrDiv0)
        Case "#REF!"
            ErrorValue = CVErr(xlErrRef)
        Case "#NAME?"
            ErrorValue = CVErr(xlErrName)
        Case "#NULL!"
            ErrorValue = CVErr(xlErrNull)
        Case Else
            ErrorValue = CVErr(xlErrValue)
    End Select
End Function

Private Function HasColumns(ByRef answer As Variant) As Boolean
    Dim last As Long
    On Error GoTo is_row
    last = UBound(answer, 2)
    HasColumns = True
is_row:
End Function
