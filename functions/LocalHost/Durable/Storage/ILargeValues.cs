namespace LocalHost.Durable.Storage;

/// <summary>
/// What is too large for a row of the hub. A name is written once and never again, so a host that no longer owns the hub can spoil nothing here;
/// what counts is only what a row refers to.
/// </summary>
public interface ILargeValues
{
    /// <summary>The same value under the same name again does no harm.</summary>
    Task WriteAsync(string name, byte[] value, CancellationToken cancellation);

    /// <summary>Null: there is none of this name.</summary>
    Task<byte[]?> ReadAsync(string name, CancellationToken cancellation);

    /// <summary>One that there is not may be deleted too.</summary>
    Task DeleteAsync(string name, CancellationToken cancellation);

    /// <summary>The names of all.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation);
}
