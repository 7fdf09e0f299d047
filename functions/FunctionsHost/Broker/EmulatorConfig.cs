namespace FunctionsHosting.Broker;

/// <summary>Reads the queues from a config.json in the official Service Bus emulator's format.</summary>
public static class EmulatorConfig
{
    private const string NamespaceName = "sbemulatorns";
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="BrokerConfigException">The file is missing, is not JSON, or says something that is not allowed.</exception>
    public static IReadOnlyList<QueueSettings> Load(string file)
    {
        if (!File.Exists(file))
        {
            throw new BrokerConfigException(file, "$", "does not exist; it names the Service Bus queues (ServiceBus:Config sets the path).");
        }

        return Parse(File.ReadAllText(file), file);
    }

    /// <exception cref="BrokerConfigException">See <see cref="Load"/>.</exception>
    public static IReadOnlyList<QueueSettings> Parse(string json, string file = "config.json")
    {
        using var document = Read(json, file);
        var namespaces = new ConfigNode(file, "$", document.RootElement)
            .Object("UserConfig").Only("Namespaces", "Logging")
            .Array("Namespaces");
        if (namespaces.Count != 1)
        {
            throw new BrokerConfigException(
                file, "$.UserConfig.Namespaces", $"has {namespaces.Count} entries; allowed is exactly one, named \"{NamespaceName}\".");
        }

        var space = namespaces[0].Only("Name", "Queues", "Topics");
        if (space.Text("Name") != NamespaceName)
        {
            throw space.Wrong("Name", $"allowed: \"{NamespaceName}\".");
        }

        if (space.Array("Topics").Count > 0)
        {
            throw space.Wrong("Topics", "topics and subscriptions are not supported by this broker; allowed: no topics.");
        }

        return Distinct(space.Array("Queues"));
    }

    private static List<QueueSettings> Distinct(IReadOnlyList<ConfigNode> nodes)
    {
        var queues = new Dictionary<string, QueueSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var node in nodes)
        {
            var queue = Queue(node.Only("Name", "Properties"));
            if (!queues.TryAdd(queue.Name, queue))
            {
                throw node.Wrong("Name", "is there twice; allowed: each name once (case does not matter).");
            }
        }

        return [.. queues.Values];
    }

    private static QueueSettings Queue(ConfigNode node)
    {
        var name = node.Text("Name");
        if (name.Length is 0 or > 260 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/'))
        {
            throw node.Wrong("Name", "allowed: 1 to 260 letters, digits, '.', '-', '_' and '/'.");
        }

        var settings = new QueueSettings(name);
        if (!node.Has("Properties"))
        {
            return settings;
        }

        var p = node.Object("Properties").Only(
            "LockDuration", "MaxDeliveryCount", "DefaultMessageTimeToLive", "DeadLetteringOnMessageExpiration", "RequiresDuplicateDetection",
            "DuplicateDetectionHistoryTimeWindow", "RequiresSession", "ForwardTo", "ForwardDeadLetteredMessagesTo");
        p.Unsupported("RequiresSession", "sessions are not supported by this broker; allowed: false.");
        p.Unsupported("ForwardTo", "forwarding is not supported by this broker; allowed: \"\".");
        p.Unsupported("ForwardDeadLetteredMessagesTo", "forwarding is not supported by this broker; allowed: \"\".");
        return settings with
        {
            LockDuration = p.Duration("LockDuration", settings.LockDuration, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)),
            MaxDeliveryCount = p.Number("MaxDeliveryCount", settings.MaxDeliveryCount, 1, 2000),
            DefaultMessageTimeToLive = p.Duration(
                "DefaultMessageTimeToLive", settings.DefaultMessageTimeToLive, TimeSpan.FromSeconds(1), QueueSettings.Forever),
            DeadLetteringOnMessageExpiration = p.Flag("DeadLetteringOnMessageExpiration"),
            RequiresDuplicateDetection = p.Flag("RequiresDuplicateDetection"),
            DuplicateDetectionHistoryTimeWindow = p.Duration(
                "DuplicateDetectionHistoryTimeWindow", settings.DuplicateDetectionHistoryTimeWindow, TimeSpan.FromSeconds(20), TimeSpan.FromDays(7)),
        };
    }

    private static JsonDocument Read(string json, string file)
    {
        try
        {
            return JsonDocument.Parse(json, Lenient);
        }
        catch (JsonException wrong)
        {
            throw new BrokerConfigException(file, $"line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}:", "is not JSON.", wrong);
        }
    }
}
