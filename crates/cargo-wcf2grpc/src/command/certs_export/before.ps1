#Requires -Version 5.1
<#
.SYNOPSIS
Takes the certificates that WCF configurations name out of this machine's stores.
.DESCRIPTION
Each certificate is looked for as its configuration says, and has to be exactly one. Certificates without a private key
to take along are written as PEM (.cer). Those whose owner signs with them are written as PFX under a password that you
type; it is stored nowhere. A key that is not exportable is said, and stays where it is: have that certificate issued anew.
.PARAMETER OutDir
The folder to write to. It is made readable for you alone.
.PARAMETER List
Only look, and write nothing.
#>
[CmdletBinding()]
param(
    [string]$OutDir = 'certificates',
    [switch]$List
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$wanted = @(
