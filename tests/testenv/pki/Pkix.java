import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A chain as Android's TrustManagerImpl walks it, with the JDK's PKIX behind it: the part of Android that a JDK has.
 *
 * Reads lines "case TAB served... TAB roots... TAB moment" (base64, commas between; Unix seconds, or nothing for now)
 * and prints "case TAB OK" or the reason.
 */
public class Pkix {
    static final Set<String> PURPOSES = Set.of(
            "2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.10.3.3");
    static final Set<String> BROKEN = Set.of(
            "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5",
            "1.2.840.10040.4.3", "1.2.840.10045.4.1");
    static final int MAX_BELOW_ANCHOR = 20;

    final List<X509Certificate> served;
    final Map<Object, List<X509Certificate>> roots = new HashMap<>();
    final Date moment;
    String lastReason = "no anchor";
    int steps = 0;

    Pkix(List<X509Certificate> served, List<X509Certificate> roots, Date moment) {
        this.served = served;
        this.moment = moment;
        for (X509Certificate root : roots) {
            this.roots.computeIfAbsent(root.getSubjectX500Principal(), name -> new ArrayList<>()).add(root);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Security.setProperty(
                "jdk.certpath.disabledAlgorithms", "MD2, MD4, RSA keySize < 1024, DSA keySize < 1024, EC keySize < 160");
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] fields = line.split("\t", -1);
            System.out.println(fields[0] + "\t" + answer(fields[1], fields[2], fields[3]));
        }
    }

    static String answer(String served, String roots, String moment) {
        List<X509Certificate> trusted = new ArrayList<>();
        for (String each : roots.split(",")) {
            try {
                trusted.add(read(each));
            } catch (CertificateException error) {
                // A root that cannot be read is none.
            }
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (String each : served.split(",")) {
                chain.add(read(each));
            }
        } catch (CertificateException error) {
            return "unreadable: " + error.getMessage();
        }
        Pkix walk = new Pkix(chain, trusted, moment.isEmpty() ? new Date() : new Date(Long.parseLong(moment) * 1000));
        try {
            return walk.good(new ArrayList<>(List.of(chain.get(0)))) ? "OK" : walk.lastReason;
        } catch (RuntimeException error) {
            return "error: " + error;
        }
    }

    static X509Certificate read(String base64) throws CertificateException {
        byte[] der = Base64.getDecoder().decode(base64);
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    boolean good(List<X509Certificate> below) {
        X509Certificate tip = below.get(below.size() - 1);
        if (below.size() == 1 && isAnchor(tip)) {
            return true;
        }
        if (++steps > 2048 || below.size() > MAX_BELOW_ANCHOR) {
            lastReason = "too long";
            return false;
        }
        if (tip.getIssuerX500Principal().equals(tip.getSubjectX500Principal())) {
            return false;
        }
        for (X509Certificate root : roots.getOrDefault(tip.getIssuerX500Principal(), List.of())) {
            if (signed(tip, root) && valid(below, root)) {
                return true;
            }
        }
        for (X509Certificate next : served.subList(1, served.size())) {
            if (!below.contains(next) && tip.getIssuerX500Principal().equals(next.getSubjectX500Principal())) {
                below.add(next);
                if (good(below)) {
                    return true;
                }
                below.remove(below.size() - 1);
            }
        }
        return false;
    }

    boolean isAnchor(X509Certificate leaf) {
        for (X509Certificate root : roots.getOrDefault(leaf.getSubjectX500Principal(), List.of())) {
            if (root.getPublicKey().equals(leaf.getPublicKey())) {
                return true;
            }
        }
        return false;
    }

    static boolean signed(X509Certificate child, X509Certificate issuer) {
        try {
            child.verify(issuer.getPublicKey());
            return true;
        } catch (Exception error) {
            return false;
        }
    }

    boolean valid(List<X509Certificate> below, X509Certificate root) {
        try {
            for (X509Certificate each : below) {
                checkStrength(each);
            }
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(moment);
            parameters.addCertPathChecker(new Purpose(below.get(0)));
            CertPathValidator.getInstance("PKIX").validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
            return true;
        } catch (Exception error) {
            lastReason = error.getMessage();
            return false;
        }
    }

    static void checkStrength(X509Certificate each) throws CertificateException {
        if (BROKEN.contains(each.getSigAlgOID())) {
            throw new CertificateException("broken hash");
        }
        if (each.getPublicKey() instanceof RSAPublicKey) {
            if (((RSAPublicKey) each.getPublicKey()).getModulus().bitLength() < 1024) {
                throw new CertificateException("RSA too short");
            }
        } else if (!(each.getPublicKey() instanceof ECPublicKey)) {
            throw new CertificateException("unknown kind of key");
        }
    }

    static class Purpose extends PKIXCertPathChecker {
        final X509Certificate leaf;

        Purpose(X509Certificate leaf) {
            this.leaf = leaf;
        }

        @Override
        public void init(boolean forward) {}

        @Override
        public boolean isForwardCheckingSupported() {
            return true;
        }

        @Override
        public Set<String> getSupportedExtensions() {
            return Set.of("2.5.29.37");
        }

        @Override
        public void check(Certificate each, Collection<String> critical) throws CertPathValidatorException {
            if (each != leaf) {
                return;
            }
            List<String> purposes;
            try {
                purposes = leaf.getExtendedKeyUsage();
            } catch (CertificateException error) {
                throw new CertPathValidatorException(error);
            }
            if (purposes != null && purposes.stream().noneMatch(PURPOSES::contains)) {
                throw new CertPathValidatorException("not for servers");
            }
            critical.remove("2.5.29.37");
        }
    }
}
