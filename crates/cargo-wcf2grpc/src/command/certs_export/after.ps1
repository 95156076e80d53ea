)

function Find-One($entry) {
    $names = 'System.Security.Cryptography.X509Certificates'
    $store = New-Object "$names.X509Store" -ArgumentList ($entry.Store -as "$names.StoreName"), ($entry.Location -as "$names.StoreLocation")
    $store.Open([System.Security.Cryptography.X509Certificates.OpenFlags]'ReadOnly, OpenExistingOnly')
    try {
        # As WCF does (SecurityUtils.GetCertificateFromStore): certificates that are no longer valid are found as well.
        return , @($store.Certificates.Find($entry.FindType, $entry.FindValue, $false))
    } finally {
        $store.Close()
    }
}

function Get-PrivateKeyProblem($certificate) {
    if (-not $certificate.HasPrivateKey) { return 'the store holds no private key for it' }
    try {
        $null = $certificate.Export([System.Security.Cryptography.X509Certificates.X509ContentType]::Pfx)
    } catch {
        return 'its private key is not exportable: ' + $_.Exception.Message
    }
    return $null
}

function Write-Pem($certificate, $path) {
    $text = [Convert]::ToBase64String($certificate.RawData, [Base64FormattingOptions]::InsertLineBreaks)
    $text = "-----BEGIN CERTIFICATE-----`n" + $text.Replace("`r", '') + "`n-----END CERTIFICATE-----`n"
    [System.IO.File]::WriteAllText($path, $text)
}

$failed = 0
$password = $null
if (-not $List) {
    $folder = (New-Item -ItemType Directory -Force -Path $OutDir).FullName
    $me = [System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    & icacls.exe $folder /inheritance:r /grant:r "*${me}:(OI)(CI)F" | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "$folder cannot be kept from others" }
}

foreach ($entry in $wanted) {
    $where = '{0} "{1}" in {2}\{3} ({4})' -f $entry.FindType, $entry.FindValue, $entry.Location, $entry.Store, $entry.UsedBy
    try {
        $found = Find-One $entry
    } catch {
        Write-Warning "${where}: $($_.Exception.Message)"
        $failed++
        continue
    }
    if ($found.Count -ne 1) {
        Write-Warning "${where}: $($found.Count) certificates are found, and WCF takes exactly one"
        foreach ($one in $found) { Write-Warning "    $($one.Thumbprint) $($one.Subject), until $($one.NotAfter.ToString('yyyy-MM-dd'))" }
        $failed++
        continue
    }
    $certificate = $found[0]
    Write-Output "${where}: $($certificate.Thumbprint) $($certificate.Subject), until $($certificate.NotAfter.ToString('yyyy-MM-dd'))"
    if ($entry.PrivateKey) {
        $problem = Get-PrivateKeyProblem $certificate
        if ($problem) {
            Write-Warning "    $problem"
            $failed++
            continue
        }
    }
    if ($List) { continue }
    if (-not $entry.PrivateKey) {
        Write-Pem $certificate (Join-Path $folder ($entry.Name + '.cer'))
        continue
    }
    if (-not $password) { $password = Read-Host -AsSecureString -Prompt 'A password for the private keys that are written' }
    $path = Join-Path $folder ($entry.Name + '.pfx')
    $bytes = $certificate.Export([System.Security.Cryptography.X509Certificates.X509ContentType]::Pfx, $password)
    [System.IO.File]::WriteAllBytes($path, $bytes)
    Write-Output "    openssl pkcs12 -in $($entry.Name).pfx -nodes -out $($entry.Name).pem"
    Write-Output '    (with -legacy before -in where OpenSSL 3 says that the encryption is unsupported)'
}
if ($failed -gt 0) {
    Write-Warning "$failed of $($wanted.Count) certificates were not taken"
    exit 1
}
