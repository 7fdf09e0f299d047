using System.Globalization;
using System.Text;

namespace Platform.Tests;

/// <summary>The broker as a process of its own: <c>-- broker</c>.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OwnProcess _process;

    private BrokerProcess(string[] options) =>
        _process = OwnProcess.Start(["broker", .. options], new Dictionary<string, string?>(), _output, line => _ = Heard(line));

    public string ConnectionString => _connection.Task.Result;

    public static async Task<BrokerProcess> Start(DirectoryInfo data, int port = 0)
    {
        var broker = new BrokerProcess(["--port", port.ToString(CultureInfo.InvariantCulture), "--data", data.FullName]);
        await broker._connection.Task.WaitAsync(HostProcess.Limit);
        return broker;
    }

    /// <summary>Of a broker at a port of this machine, in the form of the official emulator's.</summary>
    public static string Connection(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"Endpoint=sb://localhost:{port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;");

    public Task Kill() => _process.Kill();

    public void Dispose() => _process.Dispose();

    private bool Heard(string line) => line.StartsWith("Endpoint=sb://", StringComparison.Ordinal) && _connection.TrySetResult(line);
}
