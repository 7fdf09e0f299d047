using LocalHost.Durable.Storage;

namespace Durable.Tests.Kills;

/// <summary>Large values are written, read and deleted when nothing else can run, as commits are made.</summary>
internal sealed class QuietLargeValues(ILargeValues inner, QuietTurns turns) : ILargeValues
{
    public Task WriteAsync(string name, byte[] value, CancellationToken cancellation) =>
        turns.TakeAsync(() => Done(inner.WriteAsync(name, value, cancellation)));

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancellation) => turns.TakeAsync(() => inner.ReadAsync(name, cancellation));

    public Task DeleteAsync(string name, CancellationToken cancellation) => turns.TakeAsync(() => Done(inner.DeleteAsync(name, cancellation)));

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => turns.TakeAsync(() => inner.ListAsync(cancellation));

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
