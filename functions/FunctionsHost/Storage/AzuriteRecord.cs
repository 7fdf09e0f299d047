using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsHosting.Storage;

/// <summary>A running Azurite, as its folder's pid file tells it: the process, who owns it, and its ports (blob, queue, table).</summary>
internal sealed record AzuriteRecord(int Pid, DateTimeOffset Started, int OwnerPid, DateTimeOffset OwnerStarted, int[] Ports)
{
    /// <summary>The account and key every Azurite has; published by Microsoft and no secret.</summary>
    private const string Account =
        "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    [JsonIgnore]
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;{Account};BlobEndpoint={Endpoint(0)};QueueEndpoint={Endpoint(1)};TableEndpoint={Endpoint(2)};";

    [JsonIgnore]
    public bool OwnerLives
    {
        get
        {
            using var owner = ProcessStart.Find(OwnerPid, OwnerStarted);
            return owner is not null;
        }
    }

    public static AzuriteRecord Of(Process process, int[] ports) =>
        new(process.Id, ProcessStart.Of(process), Environment.ProcessId, ProcessStart.OfThisProcess, ports);

    public static AzuriteRecord? Read(string folder) =>
        File.Exists(PathIn(folder)) ? JsonSerializer.Deserialize<AzuriteRecord>(File.ReadAllBytes(PathIn(folder))) : null;

    public static void Delete(string folder) => File.Delete(PathIn(folder));

    /// <summary>The living process, or null: a process id alone may have been given to another program since.</summary>
    public Process? Process() => ProcessStart.Find(Pid, Started);

    public void Write(string folder) => AtomicFile.Write(PathIn(folder), JsonSerializer.SerializeToUtf8Bytes(this));

    private static string PathIn(string folder) => Path.Combine(folder, "azurite.pid.json");

    private string Endpoint(int service) => $"http://127.0.0.1:{Ports[service]}/devstoreaccount1";
}
