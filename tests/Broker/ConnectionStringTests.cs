using Azure.Messaging.ServiceBus;

namespace ServiceBus.Tests;

public sealed class ConnectionStringTests
{
    private const string Key = "c2VjcmV0LWtleQ==";

    [Theory]
    [InlineData("SharedAccessKeyName=Root;SharedAccessKey=" + Key, "has no Endpoint")]
    [InlineData("Endpoint=sb://localhost;SharedAccessKey=" + Key, "has no SharedAccessKeyName")]
    [InlineData("Endpoint=sb://localhost;SharedAccessKeyName=Root", "has no SharedAccessKey")]
    [InlineData("Endpoint=localhost;SharedAccessKeyName=Root;SharedAccessKey=" + Key, "has Endpoint 'localhost', which is not of the form sb://host")]
    [InlineData("Endpoint=sb://localhost;SharedAccessKeyName=Root;SharedAccessKey=a;UseDevelopmentEmulator=maybe", "allowed: true or false")]
    [InlineData("Endpoint=sb://localhost;SharedAccessKeyName=Root;SharedAccessKey=" + Key + ";Endpiont=x", "(number 4) that is none of Endpoint")]
    [InlineData("Endpoint=sb://localhost;SharedAccessKeyName=Root;" + Key + ";SharedAccessKey=a", "has a part (number 3) that is none of Endpoint")]
    public void What_is_wrong_is_named_and_the_key_is_not_shown(string text, string problem)
    {
        var error = Assert.Throws<FormatException>(() => new ServiceBusClient(text));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key.TrimEnd('='), error.Message, StringComparison.Ordinal);
    }
}
