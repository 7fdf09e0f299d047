namespace LocalHost.Sandbox.Sms;

/// <summary>What a Korean handset can show: strict EUC-KR, code page 51949 (949 would let through more than the carriers do).</summary>
internal static class EucKr
{
    private static readonly Encoding s_strict = Strict();

    /// <summary>Bytes of the text, or null when a character of it does not exist there.</summary>
    public static int? Bytes(string text)
    {
        try
        {
            return s_strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    private static Encoding Strict()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(51949, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
