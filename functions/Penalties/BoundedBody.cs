namespace Penalties;

/// <summary>Bodies of at most 64 KB, whatever their headers claim.</summary>
internal static class BoundedBody
{
    public const int MaxBytes = 64 * 1024;

    /// <returns>Null when there is more than may be.</returns>
    public static async Task<byte[]?> Read(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MaxBytes)
        {
            return null;
        }

        // One byte more than allowed tells a body that is too long from one that just fits; a chunked one has no length to look at.
        var buffer = new byte[(request.ContentLength ?? MaxBytes) + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return length > MaxBytes ? null : buffer[..length];
    }
}
