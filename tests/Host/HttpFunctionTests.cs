using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FunctionsHosting;
using Microsoft.Extensions.DependencyInjection;
using SmallApp;

namespace Host.Tests;

public sealed class HttpFunctionTests : IAsyncLifetime
{
    private FunctionsHost _host = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await Small.Only(nameof(HttpFunctions.Greet), nameof(HttpFunctions.Echo), nameof(HttpFunctions.Fail), nameof(HttpFunctions.Nothing), nameof(HttpFunctions.Guarded))
            .With("FunctionsHost:FunctionKey", "key-1").Run();
        _client = _host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_as_what_it_is()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "small/echo") { Content = new ByteArrayContent(new byte[31_000_000]) };
        request.Headers.ExpectContinue = true;
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Route_and_query_reach_the_function_and_its_answer_comes_back()
    {
        var answer = await _client.GetFromJsonAsync<JsonElement>("small/greet/Kim?loud=yes");

        Assert.Equal("Hello Kim", answer.GetProperty("words").GetString());
        Assert.Equal("yes", answer.GetProperty("loud").GetString());
    }

    [Fact]
    public async Task Body_type_status_and_host_go_through_and_no_server_is_named()
    {
        using var body = new StringContent("{\"a\":\"é\"}", Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri("small/echo", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal($"{_host.BaseAddress.Authority} application/json; charset=utf-8 {{\"a\":\"é\"}}", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_function_that_throws_is_a_problem_without_its_secrets()
    {
        using var answer = await _client.GetAsync(new Uri("small/fail", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_a_body_is_not_taken_for_a_failure()
    {
        using var answer = await _client.GetAsync(new Uri("small/nothing", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "small/echo")]
    [InlineData("GET", "small/echo")]
    [InlineData("GET", "small/unknown")]
    [InlineData("GET", "api/greet/Kim")]
    public async Task Other_methods_and_other_paths_answer_404_as_the_official_host_does(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("small/guarded", null, HttpStatusCode.Unauthorized)]
    [InlineData("small/guarded?code=key-2", null, HttpStatusCode.Unauthorized)]
    [InlineData("small/guarded?code=key-1", null, HttpStatusCode.OK)]
    [InlineData("small/guarded", "key-1", HttpStatusCode.OK)]
    public async Task A_route_that_is_not_anonymous_wants_its_key(string path, string? header, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
        {
            request.Headers.Add("x-functions-key", header);
        }

        using var answer = await _client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_test_replaces_a_service_of_the_app()
    {
        await using var host = await Small.Only(nameof(HttpFunctions.Greet)).Run(services => services.AddSingleton<Greeting, Welcome>());
        using var client = host.CreateClient();

        Assert.Contains("Welcome Kim", await client.GetStringAsync(new Uri("small/greet/Kim", UriKind.Relative)), StringComparison.Ordinal);
    }

    private sealed class Welcome : Greeting
    {
        public override string Words => "Welcome";
    }
}
