using System.Runtime.InteropServices;

namespace Bench.Report;

/// <summary>What the figures were measured on.</summary>
internal sealed record Machine(int Cores, double MemoryGiB, string Os, string Sdk, string Runtime)
{
    public static async Task<Machine> This(CancellationToken cancellation)
    {
        using var sdk = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        var version = await sdk.StandardOutput.ReadToEndAsync(cancellation);
        return new(
            Environment.ProcessorCount,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Math.Pow(1024, 3), 1),
            RuntimeInformation.OSDescription,
            version.Trim(),
            RuntimeInformation.FrameworkDescription);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Cores} cores, {MemoryGiB:0.#} GiB of memory, {Os}, SDK {Sdk}, {Runtime}");
}
