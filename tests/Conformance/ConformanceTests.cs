using System.Security.Cryptography;
using System.Text;

namespace Conformance.Tests;

/// <summary>What all tests share. A class of tests is abstract; the files Runs.*.cs say on which backends it runs.</summary>
public abstract class ConformanceTests(IBackend on)
{
    protected static readonly TimeSpan Beat = Flavour.Beat;

    protected Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions) => on.StartAsync(functions);

    /// <summary>For orchestrators: awaits nothing but the call.</summary>
    protected static async Task<T> Caught<T>(Func<Task> call)
        where T : Exception
    {
        try
        {
            await call();
        }
        catch (T e)
        {
            return e;
        }

        throw new InvalidOperationException($"No {typeof(T).Name} was thrown.");
    }

    /// <summary>Text that does not compress to less than three quarters, the same for the same length.</summary>
    protected static string Letters(int length) =>
        new(new Random(length).GetItems<char>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", length));

    /// <summary>Whole beats between two instants: where time is real, what the machine takes on top does not count.</summary>
    protected static int Beats(DateTime from, DateTime to) => (int)Math.Floor((to - from) / Beat);

    /// <summary>A deterministic GUID by the published recipe.</summary>
    protected static Guid RecipeGuid(string instanceId, DateTime currentUtc, int counter)
    {
        var space = new Guid("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);
        var name = Encoding.UTF8.GetBytes($"{instanceId}_{currentUtc:o}_{counter}");
#pragma warning disable CA5350 // Version 5 is defined with SHA-1.
        var hash = SHA1.HashData([.. space, .. name]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}

/// <summary>A probe that tells which number the next call of an orchestrator takes in its history.</summary>
internal static class HistoryNumbers
{
    private const string Probe = nameof(Probe);

    public static DurableTaskRegistry AddProbe(this DurableTaskRegistry functions) =>
        functions.AddActivityFunc(Probe, Task (_) => throw new InvalidOperationException(Probe));

    public static async Task<int> NextNumberAsync(this TaskOrchestrationContext context)
    {
        try
        {
            await context.CallActivityAsync(Probe);
        }
        catch (TaskFailedException e)
        {
            return e.TaskId;
        }

        throw new InvalidOperationException("The probe did not fail.");
    }
}
