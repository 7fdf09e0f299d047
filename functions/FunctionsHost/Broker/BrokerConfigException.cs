namespace FunctionsHosting.Broker;

/// <summary>The broker's configuration is wrong; the text has the file, the JSON path, the value found and what is allowed.</summary>
public sealed class BrokerConfigException(string file, string path, string problem, Exception? inner = null)
    : Exception($"{file}: {path} {problem}", inner)
{
    public string Path { get; } = path;
}
