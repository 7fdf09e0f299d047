namespace Bench;

/// <summary>What this process (host, app and the benchmark itself; Azurite is another one) holds after a full collection.</summary>
/// <param name="Heap">Bytes of living objects.</param>
/// <param name="WorkingSet">Bytes of memory the system gave it, with code, free room of the heap and the sockets' buffers.</param>
internal sealed record MemoryInUse(long Heap, long WorkingSet)
{
    private const double MiB = 1024 * 1024;

    public double HeapMiB => Heap / MiB;

    public double WorkingSetMiB => WorkingSet / MiB;

    public static MemoryInUse Now()
    {
        // Pools give buffers back over several collections.
        for (var time = 0; time < 3; time++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }
}
