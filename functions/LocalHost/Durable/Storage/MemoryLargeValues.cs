using System.Collections.Concurrent;

namespace LocalHost.Durable.Storage;

internal sealed class MemoryLargeValues : ILargeValues
{
    private readonly ConcurrentDictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    public Task WriteAsync(string name, byte[] value, CancellationToken cancellation)
    {
        _values[name] = value;
        return Task.CompletedTask;
    }

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancellation) => Task.FromResult(_values.GetValueOrDefault(name));

    public Task DeleteAsync(string name, CancellationToken cancellation)
    {
        _values.TryRemove(name, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([.. _values.Keys]);
}
