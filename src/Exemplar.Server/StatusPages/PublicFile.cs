using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Exemplar.Server.StatusPages;

/// <summary>
/// An answer that is the same for everybody: made once, compressed once, sent many times. It never depends on who asks, carries
/// no cookie, and tells browsers and proxies how long they may keep it.
/// </summary>
internal sealed class PublicFile
{
    private const int WorthCompressing = 512;

    private readonly string _contentType;
    private readonly string _policy;
    private readonly byte[] _bytes;
    private readonly byte[]? _compressed;
    private readonly EntityTagHeaderValue _tag;

    /// <param name="contentType">What it is.</param>
    /// <param name="policy">The content security policy that holds when a browser opens it.</param>
    /// <param name="bytes">The whole of it.</param>
    public PublicFile(string contentType, string policy, byte[] bytes)
    {
        (_contentType, _policy, _bytes) = (contentType, policy, bytes);
        _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
        if (bytes.Length >= WorthCompressing && !contentType.StartsWith("image/", StringComparison.Ordinal)) _compressed = Compress(bytes);
    }

    public async Task SendAsync(HttpContext context, int status = StatusCodes.Status200OK)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.GetTypedHeaders();
        headers.CacheControl = new CacheControlHeaderValue { Public = true, MaxAge = PublicPages.FreshFor };
        response.Headers.ContentSecurityPolicy = _policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        // What is here is public: any page and any program may read it.
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (_compressed is not null) response.Headers.Vary = "Accept-Encoding";
        if (status == StatusCodes.Status200OK)
        {
            headers.ETag = _tag;
            if (request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(_tag, useStrongComparison: false) || t.Equals(EntityTagHeaderValue.Any)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        response.StatusCode = status;
        response.ContentType = _contentType;
        var bytes = _bytes;
        if (_compressed is not null && request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value == "gzip" && e.Quality is not 0))
        {
            response.Headers.ContentEncoding = "gzip";
            bytes = _compressed;
        }
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return compressed.ToArray();
    }
}
