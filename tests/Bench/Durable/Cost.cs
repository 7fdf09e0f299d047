using System.Diagnostics;

namespace Bench.Durable;

/// <summary>Time and processor time of this process since the beginning.</summary>
internal sealed class Cost
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    public static Cost Begin() => new();

    /// <returns>So many a second.</returns>
    public double Rate(int count) => count / Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <returns>Milliseconds of processor time for each of so many.</returns>
    public double CpuMilliseconds(int count) => (Environment.CpuUsage.TotalTime - _cpu).TotalMilliseconds / count;
}
